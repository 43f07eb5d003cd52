//! One execution of a machine: the states that it entered, with every attempt at each.

use domain::Timestamp;
use serde_json::Value;
use state_machine::{
    ApiError, Description, HistoryEvent, HistoryOrder, Page, RedriveStatus, Runner,
};

/// An execution as its history tells it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Run {
    /// The machine's name.
    pub(crate) machine: String,
    /// The execution's name.
    pub(crate) name: String,
    /// The execution's ARN.
    pub(crate) arn: String,
    /// Its status, as Step Functions spells it.
    pub(crate) status: String,
    pub(crate) started: Timestamp,
    pub(crate) stopped: Option<Timestamp>,
    /// The name of the error with which it failed.
    pub(crate) error: Option<String>,
    /// Whether it can be continued where it failed.
    pub(crate) is_redrivable: bool,
    /// The states in the order in which it entered them.
    pub(crate) steps: Vec<Step>,
}

/// A state that the execution entered.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Step {
    pub(crate) state: String,
    /// The attempts at a task, the first one first.
    pub(crate) attempts: Vec<Attempt>,
}

/// One call of a task's function.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Attempt {
    pub(crate) begun: Timestamp,
    /// When and how it ended; absent while it runs.
    pub(crate) ended: Option<(Timestamp, Outcome)>,
}

/// How an attempt ended.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Outcome {
    Succeeded,
    Failed { error: String, cause: String },
}

/// Most events of one execution that are read: far more than its retries can make.
const MOST_EVENTS: u32 = Page::MAX_ROWS;

impl Run {
    /// Reads an execution; `None` if there is none of that name.
    ///
    /// # Errors
    /// When the runner cannot read its journal.
    pub(crate) async fn read(
        runner: &Runner,
        machine: &str,
        name: &str,
    ) -> Result<Option<Self>, ApiError> {
        let machine_arn = runner.describe_machine(machine)?.summary.state_machine_arn;
        let arn = format!("{}:{name}", machine_arn.replacen(":stateMachine:", ":execution:", 1));
        let described = match runner.describe(&arn).await {
            Ok(described) => described,
            Err(ApiError::ExecutionDoesNotExist(_)) => return Ok(None),
            Err(error) => return Err(error),
        };
        let page = Page { max_results: Some(MOST_EVENTS), next_token: None };
        let history = runner.history(&arn, HistoryOrder::OldestFirst, &page).await?;
        Ok(Some(Self::of(machine, described, &history.events)))
    }

    fn of(machine: &str, described: Description, history: &[HistoryEvent]) -> Self {
        let summary = described.summary;
        let status = serde_json::to_value(summary.status).unwrap_or_default();
        Self {
            machine: machine.to_owned(),
            name: summary.name,
            arn: summary.execution_arn,
            status: status.as_str().unwrap_or_default().to_owned(),
            started: instant(summary.start_date),
            stopped: summary.stop_date.map(instant),
            error: described.error,
            is_redrivable: described.redrive_status == RedriveStatus::Redrivable,
            steps: steps(history),
        }
    }

    /// Whether it still does something.
    pub(crate) fn is_running(&self) -> bool {
        self.status == "RUNNING"
    }

    /// Whether it ended well.
    pub(crate) fn has_succeeded(&self) -> bool {
        self.status == "SUCCEEDED"
    }

    /// Whether it took this way from one state to another.
    pub(crate) fn took(&self, from: &str, to: &str) -> bool {
        self.steps.windows(2).any(|pair| pair[0].state == from && pair[1].state == to)
    }

    /// When its last event happened, for an execution that still runs: now.
    pub(crate) fn end(&self, now: Timestamp) -> Timestamp {
        self.stopped.unwrap_or(now)
    }
}

impl Step {
    /// The error of its last attempt, if that failed.
    pub(crate) fn error(&self) -> Option<&str> {
        match &self.attempts.last()?.ended {
            Some((_, Outcome::Failed { error, .. })) => Some(error),
            _ => None,
        }
    }
}

fn steps(history: &[HistoryEvent]) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    for event in history {
        let at = instant(event.timestamp);
        if event.kind.ends_with("StateEntered") {
            let state = detail(event, "name");
            steps.push(Step { state, attempts: Vec::new() });
            continue;
        }
        let Some(step) = steps.last_mut() else { continue };
        match event.kind.as_str() {
            "TaskScheduled" => step.attempts.push(Attempt { begun: at, ended: None }),
            "TaskSucceeded" => step.end(at, Outcome::Succeeded),
            "TaskFailed" | "TaskTimedOut" => {
                let (error, cause) = (detail(event, "error"), said(detail(event, "cause")));
                step.end(at, Outcome::Failed { error, cause });
            }
            _ => {}
        }
    }
    steps
}

impl Step {
    fn end(&mut self, at: Timestamp, outcome: Outcome) {
        if let Some(attempt) = self.attempts.last_mut() {
            attempt.ended = Some((at, outcome));
        }
    }
}

/// A text in the event's one details object.
fn detail(event: &HistoryEvent, member: &str) -> String {
    let details = event.details.values().find_map(Value::as_object);
    let text = details.and_then(|details| details.get(member)?.as_str());
    text.unwrap_or_default().to_owned()
}

/// What the function said, of a cause in the form in which Lambda reports errors.
fn said(cause: String) -> String {
    let report: Option<Value> = serde_json::from_str(&cause).ok();
    let message = report.and_then(|report| Some(report["errorMessage"].as_str()?.to_owned()));
    message.unwrap_or(cause)
}

fn instant(at: jiff::Timestamp) -> Timestamp {
    Timestamp::from_millis(at.as_millisecond())
}

#[cfg(test)]
pub(super) mod tests {
    use serde_json::json;

    use super::*;

    fn event(id: i64, kind: &str, details: Value) -> HistoryEvent {
        HistoryEvent {
            id,
            previous_event_id: id - 1,
            timestamp: jiff::Timestamp::from_millisecond(id * 100).unwrap(),
            kind: kind.to_owned(),
            details: [("details".to_owned(), details)].into_iter().collect(),
        }
    }

    /// A booking whose hotel answers at the second attempt, and whose payment is declined; the
    /// hotel's release is still under way.
    pub(crate) fn declined() -> Run {
        let history: Vec<_> = [
            ("ExecutionStarted", json!({})),
            ("TaskStateEntered", json!({"name": "ReserveFlight"})),
            ("TaskScheduled", json!({})),
            ("TaskSucceeded", json!({})),
            ("TaskStateEntered", json!({"name": "ReserveHotel"})),
            ("TaskScheduled", json!({})),
            ("TaskFailed", json!({"error": "SupplierUnavailable", "cause": r#"{"errorMessage": "<b>busy</b>"}"#})),
            ("TaskScheduled", json!({})),
            ("TaskSucceeded", json!({})),
            ("TaskStateEntered", json!({"name": "ProcessPayment"})),
            ("TaskScheduled", json!({})),
            ("TaskFailed", json!({"error": "PaymentDeclined", "cause": "no"})),
            ("TaskStateEntered", json!({"name": "CancelHotel"})),
            ("TaskScheduled", json!({})),
        ]
        .into_iter()
        .zip(1..)
        .map(|((kind, details), id)| event(id, kind, details))
        .collect();
        Run {
            machine: "trip-booking".to_owned(),
            name: "trip-1".to_owned(),
            arn: "arn:aws:states:us-east-1:0:execution:trip-booking:trip-1".to_owned(),
            status: "RUNNING".to_owned(),
            started: Timestamp::from_millis(100),
            stopped: None,
            error: None,
            is_redrivable: false,
            steps: steps(&history),
        }
    }

    #[test]
    fn a_history_becomes_steps_with_their_attempts() {
        let run = declined();
        let told: Vec<_> = run
            .steps
            .iter()
            .map(|step| (&*step.state, step.attempts.len(), step.error()))
            .collect();
        assert_eq!(
            told,
            [
                ("ReserveFlight", 1, None),
                ("ReserveHotel", 2, None),
                ("ProcessPayment", 1, Some("PaymentDeclined")),
                ("CancelHotel", 1, None),
            ]
        );
        assert!(run.took("ProcessPayment", "CancelHotel"));
        assert!(!run.took("ProcessPayment", "RefundPayment"));
        assert_eq!(run.steps[3].attempts[0].ended, None);
    }
}
