//! What Step Functions last said about the execution that works on a trip in flight: a note on the
//! trip's root item.
//!
//! The note is no part of the aggregate and has no version. A commit writes the root anew, without
//! it: a step that commits is at work.

use domain::{Timestamp, TripId};
use serde::{Deserialize, Serialize};

use super::TripStore;
use crate::fault::{self, Fault};
use crate::items::s;
use crate::request::Request;
use crate::{StoreError, keys};

const NOTING: &str = "noting how a trip's execution stands";

/// Whether the trip is in flight, nothing was committed since, and no later news is noted. News may
/// come twice, late, and in any order.
const IS_NEWS: &str = "attribute_exists(GSI1PK) AND updated_at <= :at \
     AND (attribute_not_exists(#run) OR #run.#at < :at)";

/// An execution on a trip, as of the last change of its status.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Run {
    /// The execution's ARN.
    pub execution: String,
    /// Its status.
    pub status: RunStatus,
    /// Since when it has this status.
    pub at: Timestamp,
    /// The name of the error with which it failed or was stopped, if there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

/// The status of an execution, in Step Functions' words. One that has succeeded has ended its trip.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum RunStatus {
    /// It is under way.
    Running,
    /// A step used up its retries.
    Failed,
    /// It took too long.
    TimedOut,
    /// Somebody stopped it.
    Aborted,
}

impl Run {
    /// Whether it works on its trip.
    #[must_use]
    pub fn is_under_way(&self) -> bool {
        self.status == RunStatus::Running
    }
}

impl TripStore {
    /// Notes `run` on a trip in flight. Returns `false`, and writes nothing, if the trip is over or
    /// was never written, if it was committed after `run.at`, or if later news is noted.
    ///
    /// # Errors
    /// When the table cannot be written.
    pub async fn note(&self, trip: &TripId, run: &Run) -> Result<bool, StoreError> {
        let note = serde_dynamo::to_attribute_value(run).map_err(StoreError::unbuilt(NOTING))?;
        let update = Request::update(&self.table, "SET #run = :run")
            .key(keys::PK, s(keys::trip(trip)))
            .key(keys::SK, s(keys::METADATA))
            .only_if(IS_NEWS)
            .name("#run", "run")
            .name("#at", "at")
            .value(":run", note)
            .value(":at", s(run.at.to_string()));
        match self.client.send(&update).await {
            Ok(_) => Ok(true),
            Err(error) if fault::of_call(&error) == Fault::ConditionFailed => Ok(false),
            Err(error) => Err(StoreError::of_call(NOTING)(error)),
        }
    }
}
