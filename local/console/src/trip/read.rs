//! Everything that the page of a trip shows, read together.

use domain::{Timestamp, TripId};
use http::StatusCode;
use serde_json::Value;

use crate::app::App;
use crate::problem::Problem;
use crate::saga::Run;

/// Most compensations that are looked for: each has the trip's version in its name, and a trip
/// counts its commits.
const MOST_COMPENSATIONS: u64 = 16;

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

/// The compensations that a cancellation has started: named by the version in which the trip was
/// confirmed.
async fn compensations(app: &App, id: &TripId, version: u64) -> Result<Vec<Run>, Problem> {
    let mut runs = Vec::new();
    for confirmed in 1..=version.min(MOST_COMPENSATIONS) {
        let name = format!("{id}.{confirmed}");
        runs.extend(Run::read(&app.runner, app.machines[1], &name).await?);
    }
    Ok(runs)
}
