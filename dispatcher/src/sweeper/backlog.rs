//! Reports how much waits and since when, before a sweep changes it: the figures behind the alarms.

use domain::Timestamp;
use lambda_kit::deadline::Deadline;
use lambda_kit::error::chain;
use lambda_kit::metrics;
use store::Backlog;

use crate::Outbox;

/// A silent index takes at most one of this many parts of a sweep's time.
const PARTS: u32 = 4;

/// Reports the backlog at `now`. Returns `false` if it could not be read, and logs that.
pub(super) async fn tell(outbox: &dyn Outbox, now: Timestamp, deadline: Deadline) -> bool {
    match deadline.part(PARTS).call(outbox.backlog()).await {
        Ok(backlog) => {
            metrics::gauge("ParkedEventsNow", backlog.parked);
            metrics::gauge_seconds("OldestPendingEventSeconds", age(backlog, now));
            true
        }
        Err(error) => {
            tracing::error!(error = chain(&error), "the backlog cannot be read");
            false
        }
    }
}

/// How many seconds the oldest event has waited; 0 if none waits.
fn age(backlog: Backlog, now: Timestamp) -> u64 {
    backlog.oldest_pending.map_or(0, |oldest| now.since(oldest).as_secs())
}
