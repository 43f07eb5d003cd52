//! Trips in flight on which no execution works any more: a compensation gave up, or was stopped.

use domain::Timestamp;
use store::{InFlightTrip, TripStore, Within};

use crate::ports::Executions;
use crate::problem::Problem;

/// How many trips of each status and shard are looked at.
const EACH: usize = 10;

/// The trips in the index of open work without a running execution, among the oldest of each status
/// and shard. None where not all running executions are known.
///
/// The executions are read before and after the index, since in between one may end and another
/// begin.
///
/// # Errors
/// When the index or the executions cannot be read.
pub(super) async fn given_up(
    executions: &dyn Executions,
    trips: &TripStore,
    now: Timestamp,
) -> Result<Within<Vec<InFlightTrip>>, Problem> {
    let before = executions.at_work().await?;
    let mut open = trips.oldest_in_flight(now.before(executions.lag()), EACH).await?;
    let after = executions.at_work().await?;
    if !(before.is_whole && after.is_whole) {
        return Ok(Within { found: Vec::new(), is_whole: false });
    }
    let is_at_work = |trip: &InFlightTrip| {
        [&before, &after].iter().any(|ids| ids.found.contains(trip.trip_id.as_str()))
    };
    open.found.retain(|trip| !is_at_work(trip));
    Ok(open)
}
