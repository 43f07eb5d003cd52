//! Where the ordered bus's subscribers are, read for all who look.

use std::sync::Arc;
use std::time::Duration;

use domain::{Clock, Timestamp};
use tokio::sync::Mutex;

use crate::ports::{Bus, Subscriber};
use crate::problem::Problem;

/// How long a look is good for: it counts the events that are still to be delivered.
const GOOD_FOR: Duration = Duration::from_secs(2);

/// The subscribers of the ordered bus, where there is one.
pub(crate) struct Subscribers {
    bus: Option<Arc<dyn Bus>>,
    clock: Arc<dyn Clock>,
    seen: Mutex<Option<(Timestamp, Arc<[Subscriber]>)>>,
}

impl Subscribers {
    pub(crate) fn new(bus: Option<Arc<dyn Bus>>, clock: Arc<dyn Clock>) -> Self {
        Self { bus, clock, seen: Mutex::default() }
    }

    /// Where each subscriber is; `None` without an ordered bus.
    ///
    /// # Errors
    /// When the bus cannot be asked.
    pub(crate) async fn standings(&self) -> Result<Option<Arc<[Subscriber]>>, Problem> {
        let Some(bus) = &self.bus else { return Ok(None) };
        let mut seen = self.seen.lock().await;
        let now = self.clock.now();
        if let Some((read_at, standings)) = &*seen
            && now.since(*read_at) < GOOD_FOR
        {
            return Ok(Some(Arc::clone(standings)));
        }
        let Some(standings) = bus.subscribers().await? else { return Ok(None) };
        let standings: Arc<[Subscriber]> = standings.into();
        *seen = Some((now, Arc::clone(&standings)));
        Ok(Some(standings))
    }
}
