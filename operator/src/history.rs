//! What an execution did: the attempts of its steps, from the events of its history.

use aws_sdk_sfn::primitives::DateTime;
use aws_sdk_sfn::types::{HistoryEvent, HistoryEventType};
use domain::Timestamp;
use domain::text::visible;
use serde::Serialize;
use serde_json::Value;

/// The attempts of an execution so far, and how it ended.
#[derive(Clone, Debug, Default)]
pub struct History {
    /// The attempts, in order.
    pub attempts: Vec<Attempt>,
    /// The state that was entered last.
    pub step: Option<String>,
    /// The last failure: of an attempt, or of the execution itself.
    pub last_error: Option<Fault>,
}

/// One attempt of a step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Attempt {
    /// The name of its state.
    pub step: String,
    /// Its number among the attempts of this step, from 1.
    pub number: usize,
    /// When it began.
    pub started_at: Timestamp,
    /// When it ended; absent while it runs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<Timestamp>,
    /// Why it failed; absent unless it did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fault: Option<Fault>,
    /// The milliseconds since the attempt before it ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub waited_ms: Option<u64>,
}

/// Why an attempt failed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Fault {
    /// The error's name.
    pub error: String,
    /// What it says, on one line.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
}

impl Fault {
    /// The error on one line, with characters that would affect the text around it as escapes.
    #[must_use]
    pub fn line(&self) -> String {
        match &self.message {
            Some(message) => visible(&format!("{}: {message}", self.error)),
            None => visible(&self.error),
        }
    }
}

impl History {
    /// Adds the next event.
    pub(crate) fn add(&mut self, event: &HistoryEvent) {
        let at = timestamp(&event.timestamp);
        if let Some(entered) = &event.state_entered_event_details {
            self.step = Some(entered.name.clone());
        }
        match &event.r#type {
            HistoryEventType::TaskScheduled => self.begin(at),
            HistoryEventType::TaskSucceeded => self.end(at, None),
            _ => {
                if let Some(fault) = fault(event) {
                    self.end(at, Some(fault));
                }
            }
        }
    }

    fn begin(&mut self, at: Timestamp) {
        let step = self.step.clone().unwrap_or_default();
        let before = self.attempts.last().filter(|attempt| attempt.step == step);
        self.attempts.push(Attempt {
            number: before.map_or(1, |attempt| attempt.number + 1),
            waited_ms: before.and_then(|attempt| {
                let waited = at.as_millis() - attempt.ended_at?.as_millis();
                u64::try_from(waited).ok()
            }),
            started_at: at,
            ended_at: None,
            fault: None,
            step,
        });
    }

    /// A failure of the execution itself repeats the failure of its last attempt, which has ended.
    fn end(&mut self, at: Timestamp, fault: Option<Fault>) {
        if let Some(attempt) = self.attempts.last_mut().filter(|last| last.ended_at.is_none()) {
            attempt.ended_at = Some(at);
            attempt.fault.clone_from(&fault);
        }
        self.last_error = fault.or(self.last_error.take());
    }
}

/// The failure that an event tells of.
fn fault(event: &HistoryEvent) -> Option<Fault> {
    let found = |error: Option<&str>, cause: Option<&str>, usual: &str| {
        Some(Fault { error: error.unwrap_or(usual).to_owned(), message: cause.and_then(message) })
    };
    if let Some(failed) = &event.task_failed_event_details {
        return found(failed.error(), failed.cause(), "TaskFailed");
    }
    if let Some(failed) = &event.task_timed_out_event_details {
        return found(failed.error(), failed.cause(), "States.Timeout");
    }
    if let Some(failed) = &event.task_start_failed_event_details {
        return found(failed.error(), failed.cause(), "TaskStartFailed");
    }
    if let Some(failed) = &event.execution_failed_event_details {
        return found(failed.error(), failed.cause(), "ExecutionFailed");
    }
    if let Some(failed) = &event.execution_aborted_event_details {
        return found(failed.error(), failed.cause(), "ExecutionAborted");
    }
    let timed_out = event.execution_timed_out_event_details.as_ref()?;
    found(timed_out.error(), timed_out.cause(), "ExecutionTimedOut")
}

/// The first line of a cause. Lambda's is a JSON object with the function's message.
fn message(cause: &str) -> Option<String> {
    let lambdas = serde_json::from_str::<Value>(cause).ok();
    let lambdas = lambdas.as_ref().and_then(|error| error.get("errorMessage")?.as_str());
    lambdas.unwrap_or(cause).lines().next().filter(|line| !line.is_empty()).map(str::to_owned)
}

/// A time of the service, to the millisecond.
pub(crate) fn timestamp(time: &DateTime) -> Timestamp {
    Timestamp::from_millis(time.to_millis().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use aws_sdk_sfn::types::{StateEnteredEventDetails, TaskFailedEventDetails};

    use super::*;

    fn event(
        second: i64,
        kind: HistoryEventType,
    ) -> aws_sdk_sfn::types::builders::HistoryEventBuilder {
        let builder = HistoryEvent::builder().timestamp(DateTime::from_secs(second));
        builder.r#type(kind).id(second)
    }

    #[test]
    fn each_attempt_has_its_error_and_its_wait() {
        let entered = StateEnteredEventDetails::builder().name("ReserveHotel").build().unwrap();
        let cause = r#"{"errorType":"SupplierTimeout","errorMessage":"no answer\nat all"}"#;
        let failed = TaskFailedEventDetails::builder().resource_type("lambda").resource("invoke");
        let failed = failed.error("SupplierTimeout").cause(cause).build().unwrap();
        let mut history = History::default();
        for event in [
            event(1, HistoryEventType::TaskStateEntered).state_entered_event_details(entered),
            event(1, HistoryEventType::TaskScheduled),
            event(6, HistoryEventType::TaskFailed).task_failed_event_details(failed),
            event(8, HistoryEventType::TaskScheduled),
            event(9, HistoryEventType::TaskSucceeded),
        ] {
            history.add(&event.build().unwrap());
        }
        let message = Some("no answer".to_owned());
        let fault = Some(Fault { error: "SupplierTimeout".to_owned(), message });
        let at = |second: i64| Timestamp::from_millis(second * 1_000);
        let attempt = |number, started, ended, fault, waited_ms| Attempt {
            step: "ReserveHotel".to_owned(),
            number,
            started_at: at(started),
            ended_at: Some(at(ended)),
            fault,
            waited_ms,
        };
        assert_eq!(
            history.attempts,
            [attempt(1, 1, 6, fault.clone(), None), attempt(2, 8, 9, None, Some(2_000))]
        );
        assert_eq!(history.last_error, fault);
    }
}
