//! Tells how much waits and since when, before a sweep changes it: the figures that alarms stand
//! on.

use domain::Timestamp;
use lambda_kit::deadline::Deadline;
use lambda_kit::error::chain;
use lambda_kit::metrics;
use store::Backlog;
use tokio::time::timeout;

use crate::Deps;

/// A silent index takes at most this part of a sweep's time.
const PART: u32 = 4;

/// Tells the backlog as it stands `now`. False where it could not be read, which is logged.
pub(super) async fn tell(deps: &Deps, now: Timestamp, deadline: Deadline) -> bool {
    match timeout(deadline.remaining() / PART, deps.outbox.backlog()).await {
        Ok(Ok(backlog)) => {
            metrics::gauge("ParkedEventsNow", backlog.parked);
            metrics::gauge_seconds("OldestPendingEventSeconds", age(backlog, now));
            true
        }
        Ok(Err(error)) => {
            tracing::error!(error = chain(&error), "the backlog cannot be read");
            false
        }
        Err(_) => {
            tracing::warn!("the backlog was not read in time");
            false
        }
    }
}

/// For how many seconds the oldest event has waited; 0 where none waits.
fn age(backlog: Backlog, now: Timestamp) -> u64 {
    let millis = backlog.oldest_pending.map_or(0, |oldest| now.as_millis() - oldest.as_millis());
    u64::try_from(millis).unwrap_or(0) / 1_000
}
