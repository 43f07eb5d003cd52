//! Trips in flight beside the executions that work on them: what an operator can do for each.

use domain::{Clock, Timestamp, Trip, TripId, TripStatus};
use futures::{StreamExt, TryStreamExt, stream};
use lambda_kit::clock::SystemClock;
use serde::Serialize;
use store::{InFlightTrip, StoreError};

use crate::history::Fault;
use crate::sagas::Execution;
use crate::{Installation, Task, hint};

/// Trips that are looked at at once.
const AT_ONCE: usize = 8;

/// A trip in flight, and what works on it.
#[derive(Clone, Debug, Serialize)]
pub struct Work {
    /// The trip.
    pub trip_id: TripId,
    /// Its status.
    pub status: TripStatus,
    /// When the trip was first written.
    pub created_at: Timestamp,
    /// The step at which the execution is, or gave up.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub step: Option<String>,
    /// The last failure of the execution.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_error: Option<Fault>,
    /// The execution that works on it, or did last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub execution: Option<Execution>,
    /// Whether nothing works on it any more.
    pub given_up: bool,
    /// What to do: the command that continues it. Absent while its execution runs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mend: Option<String>,
}

/// The trips in flight, the oldest first: at most `limit` of them, and how many more there are.
///
/// # Errors
/// When a table or a service cannot be called.
pub async fn oldest(at: &Installation, limit: usize) -> anyhow::Result<(Vec<Work>, usize)> {
    let found = at.trips.in_flight_before(SystemClock.now()).await;
    let mut found = found.map_err(|error| at.place().unstored(error))?;
    let more = found.len().saturating_sub(limit);
    found.sort_by_key(|trip| trip.created_at);
    found.truncate(limit);
    let looks = stream::iter(found).map(|trip| look(at, trip)).buffered(AT_ONCE);
    let works: Vec<Option<Work>> = looks.try_collect().await?;
    Ok((works.into_iter().flatten().collect(), more))
}

/// What works on a trip that was found in flight; `None` if it has ended since.
///
/// # Errors
/// When a table or a service cannot be called.
pub fn look(at: &Installation, found: InFlightTrip) -> Task<'_, Option<Work>> {
    Box::pin(async move {
        let InFlightTrip { trip_id, status, created_at } = found;
        let trip = load(at, &trip_id).await?;
        let executions = at.sagas.of(&trip_id, trip.as_ref()).await?;
        let execution = relevant(executions);
        let history = match &execution {
            Some(execution) => at.sagas.history(execution).await?,
            None => Default::default(),
        };
        let given_up = !execution.as_ref().is_some_and(Execution::is_running);
        // The trip comes to its end before its execution: it is read after that.
        let status = load(at, &trip_id).await?.map_or(status, |trip| trip.state().status);
        if status.is_terminal() {
            return Ok(None);
        }
        let mend = given_up.then(|| mend(at, &trip_id, execution.as_ref()));
        let (step, last_error) = (history.step, history.last_error);
        Ok(Some(Work { trip_id, status, created_at, step, last_error, execution, given_up, mend }))
    })
}

/// The trip; `None` if it was never written, or cannot be read.
pub(crate) async fn load(at: &Installation, id: &TripId) -> anyhow::Result<Option<Trip>> {
    match at.trips.load(id).await {
        Ok(trip) => Ok(trip),
        Err(StoreError::Codec(_)) => Ok(None),
        Err(error) => Err(at.place().unstored(error)),
    }
}

/// The execution that works on a trip in flight, or should: a running one, or else the last that
/// did not succeed.
pub(crate) fn relevant(executions: Vec<Execution>) -> Option<Execution> {
    executions.into_iter().rfind(|execution| !execution.has_succeeded())
}

/// The command that continues a trip on which nothing works.
fn mend(at: &Installation, trip: &TripId, execution: Option<&Execution>) -> String {
    let option = at.place().option();
    let is_redrivable = execution.is_some_and(|execution| execution.redrivable);
    let command = if is_redrivable { "redrive" } else { "compensate" };
    hint::about(&format!("{command}{option}"), trip)
}
