//! Forgetting ended executions.

use jiff::SignedDuration;
use tokio::sync::Mutex;

use super::{Options, Runner};
use crate::journal::{Ended, JournalError};

/// What is kept, and up to where histories were deleted.
pub(super) struct Retention {
    days: u32,
    histories: u32,
    shortened: Mutex<Ended>,
}

impl Retention {
    pub(super) fn of(options: &Options) -> Self {
        let Options { retention_days: days, histories, .. } = *options;
        Self { days, histories, shortened: Mutex::default() }
    }
}

impl Runner {
    /// Deletes what [`Options::retention_days`] and [`Options::histories`] do not keep, a little at
    /// a time, while executions run. [`Runner::open`] does it too.
    ///
    /// # Errors
    /// When the journal fails.
    pub async fn prune(&self) -> Result<(), JournalError> {
        let (journal, retention) = (&self.core.journal, &self.core.retention);
        let age = SignedDuration::from_hours(24 * i64::from(retention.days));
        // A retention that reaches before the first representable time keeps everything.
        if let Ok(before) = self.core.now().checked_sub(age) {
            journal.forget(before).await?;
        }
        let mut shortened = retention.shortened.lock().await;
        *shortened = journal.shorten(shortened.clone(), retention.histories).await?;
        Ok(())
    }
}
