//! `trip.note`: Step Functions says that an execution failed, was stopped or goes on, and the trip
//! is told.
//!
//! A compensation that has used up its retries ends its execution, and from then on nothing of the
//! saga runs. What still speaks is Step Functions itself: its events reach this function by the
//! rule in `trip-note.pattern.json` beside this crate. They are delivered at least once or, rarely,
//! not at all, and in any order; the store takes no old news for new.

use domain::{Failure, FieldError, Timestamp, TripId};
use lambda_kit::deadline::Deadline;
use lambda_kit::error::FunctionError;
use lambda_runtime::LambdaEvent;
use serde::Deserialize;
use serde_json::{Value, json};
use store::{Run, RunStatus};

use crate::Deps;
use crate::cancellation::out_of_time;
use crate::trips::not_noted;

/// EventBridge's event, as far as it is read.
#[derive(Deserialize)]
struct Event {
    detail: StatusChange,
}

/// The detail of an event `Step Functions Execution Status Change`. Source: the Step Functions
/// developer guide, "Automating event delivery with EventBridge".
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct StatusChange {
    execution_arn: String,
    status: RunStatus,
    start_date: Instant,
    stop_date: Option<Instant>,
    redrive_date: Option<Instant>,
    error: Option<String>,
    input: Option<String>,
}

/// Milliseconds since 1970. The guide has a text for `redriveDate`, where events have a number.
#[derive(Clone, Copy, Deserialize)]
#[serde(untagged)]
enum Instant {
    Millis(i64),
    Text(Timestamp),
}

/// Notes the news on its trip, and answers whether it was news. An execution without the id of a
/// trip was not started by this product; it has nothing to be noted on.
///
/// # Errors
/// `InvalidRequest` for an event of another kind; the store's codes if the trip cannot be written.
pub(crate) async fn handle(deps: &Deps, event: LambdaEvent<Value>) -> Result<Value, FunctionError> {
    let deadline = Deadline::of(&event.context, &*deps.clock);
    let Event { detail } = serde_json::from_value(event.payload).map_err(|error| unread(&error))?;
    let Some(trip_id) = detail.trip() else {
        tracing::info!(execution = detail.execution_arn, "the execution has no trip");
        return Ok(json!({ "noted": false }));
    };
    let run = detail.into_run();
    let noted = deadline.within(deps.trips.note(&trip_id, &run)).await.ok_or_else(out_of_time)?;
    let noted = noted.map_err(|error| not_noted(&error))?;
    tracing::info!(%trip_id, status = ?run.status, error = run.error, noted, "execution reported");
    Ok(json!({ "noted": noted }))
}

fn unread(error: &serde_json::Error) -> Failure {
    let (field, code) = ("detail".to_owned(), "format".to_owned());
    let detail = format!("must be of a change of an execution's status: {error}");
    Failure::invalid_request(vec![FieldError { field, code, detail }])
}

impl StatusChange {
    /// The trip that the execution's input names.
    fn trip(&self) -> Option<TripId> {
        let input: Value = serde_json::from_str(self.input.as_deref()?).ok()?;
        TripId::parse(input["trip_id"].as_str()?).ok()
    }

    /// An execution that goes on did so when it was last redriven, or else when it was started.
    fn into_run(self) -> Run {
        let Self { execution_arn, status, start_date, stop_date, redrive_date, error, .. } = self;
        let resumed = redrive_date.unwrap_or(start_date);
        let at = stop_date.filter(|_| status != RunStatus::Running).unwrap_or(resumed);
        Run { execution: execution_arn, status, at: at.into(), error }
    }
}

impl From<Instant> for Timestamp {
    fn from(instant: Instant) -> Self {
        match instant {
            Instant::Millis(millis) => Self::from_millis(millis),
            Instant::Text(timestamp) => timestamp,
        }
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    const STARTED: i64 = 1_772_326_800_000;

    fn change(members: Value) -> StatusChange {
        let mut detail = json!({
            "executionArn": "arn:aws:states:eu-west-1:123456789012:execution:trip-booking:t-1",
            "stateMachineArn": "arn:aws:states:eu-west-1:123456789012:stateMachine:trip-booking",
            "name": "t-1",
            "startDate": STARTED,
            "stopDate": null,
            "input": r#"{"trip_id":"t-1","customer_id":"alice"}"#,
            "inputDetails": {"included": true},
            "output": null,
            "redriveDate": null,
            "error": null,
        });
        detail.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
        serde_json::from_value(detail).unwrap()
    }

    #[rstest]
    #[case(json!({"status": "RUNNING"}), RunStatus::Running, 0, None)]
    #[case(json!({"status": "RUNNING", "redriveDate": STARTED + 9}), RunStatus::Running, 9, None)]
    #[case(json!({"status": "RUNNING", "redriveDate": "2026-03-01T01:00:00.009Z"}), RunStatus::Running, 9, None)]
    #[case(json!({"status": "RUNNING", "redriveDate": STARTED + 9, "stopDate": STARTED + 5}), RunStatus::Running, 9, None)]
    #[case(json!({"status": "FAILED", "stopDate": STARTED + 5, "error": "SupplierUnavailable"}), RunStatus::Failed, 5, Some("SupplierUnavailable"))]
    #[case(json!({"status": "FAILED", "redriveDate": STARTED + 9, "stopDate": STARTED + 12, "error": "States.Timeout"}), RunStatus::Failed, 12, Some("States.Timeout"))]
    #[case(json!({"status": "TIMED_OUT", "stopDate": STARTED + 5}), RunStatus::TimedOut, 5, None)]
    #[case(json!({"status": "ABORTED", "stopDate": STARTED + 5}), RunStatus::Aborted, 5, None)]
    fn a_status_holds_since_the_change_that_made_it(
        #[case] members: Value,
        #[case] status: RunStatus,
        #[case] after: i64,
        #[case] error: Option<&str>,
    ) {
        let change = change(members);
        assert_eq!(change.trip().unwrap().as_str(), "t-1");
        let run = change.into_run();
        assert_eq!((run.status, run.error.as_deref()), (status, error));
        assert_eq!(run.at, Timestamp::from_millis(STARTED + after));
    }

    #[rstest]
    #[case(json!(null))]
    #[case(json!("{}"))]
    #[case(json!("not JSON"))]
    #[case(json!(r#"{"trip_id": 7}"#))]
    #[case(json!(r#"{"trip_id": "a b"}"#))]
    fn an_input_without_a_trip_names_none(#[case] input: Value) {
        assert_eq!(change(json!({"status": "FAILED", "input": input})).trip(), None);
    }
}
