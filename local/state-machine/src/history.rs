//! The events of an execution's history, in the form of `GetExecutionHistory`.

use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::api::Stop;
use crate::definition::Task;
use crate::interpret::{Failure, names};
use crate::time::epoch_seconds;

/// One event of a history.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct HistoryEvent {
    /// Its number, from 1 on.
    pub id: i64,
    /// The number of the previous event; 0 for the first.
    pub previous_event_id: i64,
    /// When it happened.
    #[serde(serialize_with = "epoch_seconds")]
    pub timestamp: Timestamp,
    /// What happened, such as `TaskStateEntered`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The event's one details object under its wire name, such as `stateEnteredEventDetails`.
    #[serde(flatten)]
    pub details: Map<String, Value>,
}

/// The members of details that hold an input or an output.
const DATA: [&str; 5] = ["input", "inputDetails", "output", "outputDetails", "parameters"];

impl HistoryEvent {
    /// Removes inputs and outputs.
    pub(crate) fn forget_data(&mut self) {
        for details in self.details.values_mut().filter_map(Value::as_object_mut) {
            details.retain(|member, _| !DATA.contains(&member.as_str()));
        }
    }
}

/// An event about to be written.
#[derive(Debug, Clone)]
pub(crate) struct Event {
    pub(crate) kind: String,
    pub(crate) details: Value,
}

impl Event {
    pub(crate) fn execution_started(input: &str) -> Self {
        let details = json!({"input": input, "inputDetails": whole()});
        Self::new("ExecutionStarted", "executionStartedEventDetails", details)
    }

    pub(crate) fn execution_succeeded(output: &Value) -> Self {
        Self::new("ExecutionSucceeded", "executionSucceededEventDetails", output_details(output))
    }

    pub(crate) fn execution_failed(failure: &Failure) -> Self {
        Self::new("ExecutionFailed", "executionFailedEventDetails", failure_details(failure))
    }

    pub(crate) fn execution_aborted(stop: &Stop) -> Self {
        let Stop { error, cause } = stop;
        let said = [("error", error), ("cause", cause)].into_iter();
        let said = said.filter_map(|(name, text)| Some((name.to_owned(), json!(text.as_ref()?))));
        Self::new("ExecutionAborted", "executionAbortedEventDetails", said.collect())
    }

    pub(crate) fn execution_redriven(count: u32) -> Self {
        Self::new(
            "ExecutionRedriven",
            "executionRedrivenEventDetails",
            json!({"redriveCount": count}),
        )
    }

    /// `kind` is the state's type.
    pub(crate) fn state_entered(kind: &str, name: &str, input: &Value) -> Self {
        let details = json!({"name": name, "input": input.to_string(), "inputDetails": whole()});
        Self::new(format!("{kind}StateEntered"), "stateEnteredEventDetails", details)
    }

    /// `kind` is the state's type.
    pub(crate) fn state_exited(kind: &str, name: &str, output: &Value) -> Self {
        let mut details = output_details(output);
        details["name"] = json!(name);
        Self::new(format!("{kind}StateExited"), "stateExitedEventDetails", details)
    }

    /// One attempt at a task: every retry schedules it again.
    pub(crate) fn task_scheduled(task: &Task, event: &Value, region: &str) -> Self {
        let parameters = json!({"FunctionName": task.function, "Payload": event});
        let details = json!({
            "region": region,
            "parameters": parameters.to_string(),
            "timeoutInSeconds": task.timeout.as_secs(),
        });
        Self::new("TaskScheduled", "taskScheduledEventDetails", of_lambda(details))
    }

    pub(crate) fn task_started() -> Self {
        Self::new("TaskStarted", "taskStartedEventDetails", of_lambda(json!({})))
    }

    /// How an attempt ended: `TaskSucceeded`, `TaskTimedOut` or `TaskFailed`.
    pub(crate) fn task_ended(outcome: &Result<Value, Failure>) -> Self {
        match outcome {
            Ok(result) => Self::new(
                "TaskSucceeded",
                "taskSucceededEventDetails",
                of_lambda(output_details(result)),
            ),
            Err(failure) if failure.error == names::TIMEOUT => Self::new(
                "TaskTimedOut",
                "taskTimedOutEventDetails",
                of_lambda(failure_details(failure)),
            ),
            Err(failure) => Self::new(
                "TaskFailed",
                "taskFailedEventDetails",
                of_lambda(failure_details(failure)),
            ),
        }
    }

    fn new(kind: impl Into<String>, field: &str, details: Value) -> Self {
        Self { kind: kind.into(), details: Value::from_iter([(field, details)]) }
    }
}

fn whole() -> Value {
    json!({"truncated": false})
}

fn output_details(output: &Value) -> Value {
    json!({"output": output.to_string(), "outputDetails": whole()})
}

fn failure_details(failure: &Failure) -> Value {
    json!({"error": failure.error, "cause": failure.cause})
}

fn of_lambda(mut details: Value) -> Value {
    details["resourceType"] = json!("lambda");
    details["resource"] = json!("invoke");
    details
}
