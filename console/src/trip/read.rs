//! Everything that the page of a trip shows, read together.

use domain::{Timestamp, TripId};
use http::StatusCode;
use serde_json::Value;

use crate::app::App;
use crate::problem::Problem;
use crate::saga::Run;

/// Most commits after which a trip can have been confirmed: a booking makes one a step.
const MOST_COMMITS: u64 = 16;
/// Most executions under one name: a further one is needed only where one can no longer be
/// continued.
const MOST_AFRESH: usize = 3;

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
        let booking = Run::read(&app.runner, app.machines[0], id.as_str()).await?;
        let body = found(app, &format!("/trips/{id}")).await?;
        let version = body.as_ref().and_then(|body| body["version"].as_u64()).unwrap_or_default();
        let timeline = found(app, &format!("/trips/{id}/events")).await?.unwrap_or_default();
        let mut runs: Vec<_> = booking.into_iter().collect();
        runs.extend(compensations(app, id, version).await?);
        runs.sort_by_key(|run| run.started);
        let items = app.trips.items(id).await?;
        Ok(Self { id: id.clone(), now: app.clock.now(), body, timeline, runs, items })
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

/// The compensations of a trip: those of its cancellation, which have the version in their name in
/// which the trip was confirmed, and those of operators.
async fn compensations(app: &App, id: &TripId, version: u64) -> Result<Vec<Run>, Problem> {
    let confirmed = (1..=version.min(MOST_COMMITS)).map(|version| version.to_string());
    let mut runs = Vec::new();
    for kind in confirmed.chain(["op".to_owned()]) {
        runs.extend(afresh(app, &format!("{id}.{kind}")).await?);
    }
    Ok(runs)
}

/// The executions of that name, and those that were started in place of a lost one: they have the
/// second in their name in which it ended.
async fn afresh(app: &App, first: &str) -> Result<Vec<Run>, Problem> {
    let (mut runs, mut name) = (Vec::<Run>::new(), first.to_owned());
    while runs.len() < MOST_AFRESH {
        let Some(run) = Run::read(&app.runner, app.machines[1], &name).await? else { break };
        let stopped = run.stopped;
        runs.push(run);
        let Some(stopped) = stopped else { break };
        name = format!("{first}.{}", stopped.as_seconds());
    }
    Ok(runs)
}
