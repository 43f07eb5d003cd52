//! Trips in flight beside the executions that work on them: what an operator can do for each.

use domain::{Timestamp, Trip, TripId, TripStatus};
use futures::{StreamExt, TryStreamExt, stream};
use serde::Serialize;
use store::{InFlightTrip, StoreError};

use crate::hint;
use crate::operator::Installation;
use crate::operator::history::Fault;
use crate::operator::sagas::Execution;

/// Trips that are looked at at once.
const AT_ONCE: usize = 8;

/// A trip in flight, and what works on it.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Work {
    pub(super) trip_id: TripId,
    pub(super) status: TripStatus,
    /// When the trip was first written.
    pub(super) created_at: Timestamp,
    /// The step at which the execution is, or gave up.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) step: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) last_error: Option<Fault>,
    /// The execution that works on it, or did last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) execution: Option<Execution>,
    /// Whether nothing works on it any more.
    pub(super) given_up: bool,
    /// What to do: the command that continues it. Absent while its execution runs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) mend: Option<String>,
}

/// The trips in flight that were begun before `cutoff`, the oldest first; at most `limit` of them,
/// and how many there are.
pub(super) async fn before(
    at: &Installation,
    cutoff: Timestamp,
    limit: usize,
) -> anyhow::Result<(Vec<Work>, usize)> {
    let found = at.trips.in_flight_before(cutoff).await;
    let mut found = found.map_err(|error| at.place().unstored(error))?;
    let all = found.len();
    found.sort_by_key(|trip| trip.created_at);
    found.truncate(limit);
    let looks = stream::iter(found).map(|trip| look(at, trip)).buffered(AT_ONCE);
    let works: Vec<Option<Work>> = looks.try_collect().await?;
    Ok((works.into_iter().flatten().collect(), all))
}

/// `None` if the trip has ended since the index was read.
async fn look(at: &Installation, found: InFlightTrip) -> anyhow::Result<Option<Work>> {
    let InFlightTrip { trip_id, status, created_at } = found;
    let trip = load(at, &trip_id).await?;
    let status = trip.as_ref().map_or(status, |trip| trip.state().status);
    if status.is_terminal() {
        return Ok(None);
    }
    let executions = at.sagas.of(&trip_id, trip.as_ref()).await?;
    let execution = relevant(executions);
    let history = match &execution {
        Some(execution) => at.sagas.history(execution).await?,
        None => Default::default(),
    };
    let given_up = !execution.as_ref().is_some_and(Execution::is_running);
    let mend = given_up.then(|| mend(at, &trip_id, execution.as_ref()));
    let (step, last_error) = (history.step, history.last_error);
    Ok(Some(Work { trip_id, status, created_at, step, last_error, execution, given_up, mend }))
}

/// The trip; `None` if it was never written, or cannot be read.
pub(super) async fn load(at: &Installation, id: &TripId) -> anyhow::Result<Option<Trip>> {
    match at.trips.load(id).await {
        Ok(trip) => Ok(trip),
        Err(StoreError::Codec(_)) => Ok(None),
        Err(error) => Err(at.place().unstored(error)),
    }
}

/// The execution that works on a trip in flight, or should: a running one, or else the last that
/// did not succeed.
pub(super) fn relevant(executions: Vec<Execution>) -> Option<Execution> {
    executions.into_iter().rfind(|execution| !execution.has_succeeded())
}

/// The command that continues a trip on which nothing works.
fn mend(at: &Installation, trip: &TripId, execution: Option<&Execution>) -> String {
    let option = at.place().option();
    let is_redrivable = execution.is_some_and(|execution| execution.redrivable);
    let command = if is_redrivable { "redrive" } else { "compensate" };
    hint::about(&format!("{command}{option}"), trip)
}
