//! Trips in flight on which no execution works any more: a compensation gave up, or was stopped.

use std::collections::BTreeSet;
use std::time::Duration;

use domain::Timestamp;
use state_machine::{ApiError, Filter, Page, Runner, Status};
use store::{InFlightTrip, TripStore, Within};

use crate::problem::Problem;

/// How far the index of open work may lag behind.
const LAG: Duration = Duration::from_secs(5);
/// How many trips of each status and shard are looked at.
const EACH: i32 = 10;

/// The trips in the index of open work without a running execution of one of the machines, among
/// the oldest of each status and shard.
///
/// The executions are read before and after the index, since in between one may end and another
/// begin.
///
/// # Errors
/// When the index or the runner's journal cannot be read.
pub(super) async fn given_up(
    runner: &Runner,
    machines: [&str; 2],
    trips: &TripStore,
    now: Timestamp,
) -> Result<Within<Vec<InFlightTrip>>, Problem> {
    let mut at_work = running(runner, machines).await?;
    let mut open = trips.oldest_in_flight(now.before(LAG), EACH).await?;
    at_work.append(&mut running(runner, machines).await?);
    open.found.retain(|trip| !at_work.contains(trip.trip_id.as_str()));
    Ok(open)
}

/// The ids of the trips on which an execution works.
async fn running(runner: &Runner, machines: [&str; 2]) -> Result<BTreeSet<String>, ApiError> {
    let mut ids = BTreeSet::new();
    for machine in machines {
        let mut page = Page { max_results: Some(Page::MAX_ROWS), next_token: None };
        loop {
            let found = runner.list(machine, Filter::of(Status::Running), &page).await?;
            ids.extend(found.executions.iter().map(|found| trip_of(&found.name).to_owned()));
            page.next_token = found.next_token;
            if page.next_token.is_none() {
                break;
            }
        }
    }
    Ok(ids)
}

/// The trip of an execution: what follows a dot in its name tells a trip's compensations apart.
fn trip_of(execution: &str) -> &str {
    execution.split_once('.').map_or(execution, |(trip, _)| trip)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_execution_s_trip_is_what_stands_before_the_dot() {
        assert_eq!(trip_of("trip-1"), "trip-1");
        assert_eq!(trip_of("trip-1.4"), "trip-1");
    }
}
