//! Forgetting ended executions.

use jiff::SignedDuration;

use super::Runner;
use crate::journal::JournalError;

impl Runner {
    /// Deletes what the options `retention_days` and `histories` do not keep, a little at a time,
    /// while executions run. [`Runner::open`] does it too.
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
