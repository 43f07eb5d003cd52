//! Everything that the page of a trip shows, read together.

use std::collections::{BTreeMap, BTreeSet};

use domain::{Timestamp, TripId};
use http::StatusCode;
use serde_json::Value;

use crate::app::App;
use crate::ports::Saga;
use crate::problem::Problem;
use crate::saga::{Machine, Run};

/// What is known of a trip at one moment.
#[derive(Clone, Debug)]
pub(super) struct Trip {
    pub(super) id: TripId,
    pub(super) now: Timestamp,
    /// The API's answer; absent in the moment before its first commit.
    pub(super) body: Option<Value>,
    /// The API's timeline.
    pub(super) timeline: Value,
    /// The executions of its sagas, in the order in which they began.
    pub(super) runs: Vec<Run>,
    /// Their machines, as far as they can be read.
    pub(super) machines: BTreeMap<Saga, Machine>,
    /// Its items in DynamoDB's JSON.
    pub(super) items: Vec<Value>,
}

impl Trip {
    /// Reads a trip.
    ///
    /// # Errors
    /// When the API or a part of the system fails.
    pub(super) async fn read(app: &App, id: &TripId) -> Result<Self, Problem> {
        // The executions first: what they are about to write is then not missed for long.
        let booking = app.executions.booking(id).await?;
        let body = found(app, &format!("/trips/{id}")).await?;
        let version = body.as_ref().and_then(|body| body["version"].as_u64()).unwrap_or_default();
        let timeline = found(app, &format!("/trips/{id}/events")).await?.unwrap_or_default();
        let compensations = app.executions.compensations(id, version).await?;
        let mut runs: Vec<_> = booking.into_iter().chain(compensations).map(Run::from).collect();
        runs.sort_by_key(|run| run.started);
        let machines = machines(app, &runs).await;
        let items = app.operator.trips.items(id).await?;
        Ok(Self { id: id.clone(), now: app.clock.now(), body, timeline, runs, machines, items })
    }

    /// Whether anything is known of it.
    pub(super) fn is_known(&self) -> bool {
        self.body.is_some() || !self.runs.is_empty()
    }

    /// Whether nothing is under way: no saga, and no event that is still to be published.
    pub(super) fn is_at_rest(&self) -> bool {
        let settled = |event: &Value| {
            event["dispatched_at"].is_string() || event["parked_reason"].is_string()
        };
        !self.runs.iter().any(Run::is_running) && self.events().iter().all(settled)
    }

    /// The execution to continue, if nobody works on the trip while it is in flight: the last that
    /// did not succeed.
    pub(super) fn given_up(&self) -> Option<&Run> {
        let is_over = ["CONFIRMED", "FAILED", "CANCELLED"].contains(&self.status());
        if is_over || self.runs.iter().any(Run::is_running) {
            return None;
        }
        self.runs.iter().rfind(|run| !run.has_succeeded())
    }

    /// Its events, each with what became of it.
    pub(super) fn events(&self) -> &[Value] {
        self.timeline["events"].as_array().map_or(&[], Vec::as_slice)
    }

    /// Its status, as the API spells it; `PENDING` before its first commit.
    pub(super) fn status(&self) -> &str {
        self.body.as_ref().and_then(|body| body["status"].as_str()).unwrap_or("PENDING")
    }
}

/// The API's answer, if it is there.
async fn found(app: &App, path: &str) -> Result<Option<Value>, Problem> {
    let answer = app.api.get(path).await?;
    match answer.status {
        StatusCode::OK => Ok(Some(answer.body)),
        StatusCode::NOT_FOUND => Ok(None),
        _ => Err(Problem::of(&answer)),
    }
}

/// The machines of these runs. A page is worth showing without its diagrams.
async fn machines(app: &App, runs: &[Run]) -> BTreeMap<Saga, Machine> {
    let mut machines = BTreeMap::new();
    for saga in runs.iter().map(|run| run.saga).collect::<BTreeSet<_>>() {
        match app.executions.definition(saga).await {
            Ok(definition) => drop(machines.insert(saga, Machine::read(&definition))),
            Err(error) => tracing::warn!(?error, "a state machine's definition cannot be read"),
        }
    }
    machines
}
