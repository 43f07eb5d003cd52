//! Where the ordered bus's subscribers are, read for all who look.

use std::sync::Arc;
use std::time::Duration;

use domain::{Clock, Timestamp};
use ordered_bus::{Account, Standing};
use tokio::sync::Mutex;

use crate::problem::Problem;

/// How long a look is good for: it counts the events that are still to be delivered.
const GOOD_FOR: Duration = Duration::from_secs(2);

/// The subscribers of the ordered bus, where the system has one.
pub(crate) struct Subscribers {
    account: Option<Account>,
    clock: Arc<dyn Clock>,
    seen: Mutex<Option<(Timestamp, Arc<[Standing]>)>>,
}

impl Subscribers {
    pub(crate) fn new(account: Option<Account>, clock: Arc<dyn Clock>) -> Self {
        Self { account, clock, seen: Mutex::default() }
    }

    /// Where each subscriber is; `None` without an ordered bus.
    ///
    /// # Errors
    /// When the bus's file cannot be read.
    pub(crate) async fn standings(&self) -> Result<Option<Arc<[Standing]>>, Problem> {
        let Some(account) = &self.account else { return Ok(None) };
        let mut seen = self.seen.lock().await;
        let now = self.clock.now();
        if let Some((read_at, standings)) = &*seen
            && now.since(*read_at) < GOOD_FOR
        {
            return Ok(Some(Arc::clone(standings)));
        }
        let standings: Arc<[Standing]> = account.standings().await?.into();
        *seen = Some((now, Arc::clone(&standings)));
        Ok(Some(standings))
    }
}

impl From<ordered_bus::StorageError> for Problem {
    fn from(error: ordered_bus::StorageError) -> Self {
        Self::internal(&error)
    }
}
