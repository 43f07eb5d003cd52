//! One execution of a machine: the states that it entered, with every attempt at each.

use domain::Timestamp;
use operator::history::{Fault, Happening, What};

use crate::ports::{Execution, Saga};

/// An execution as its history tells it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Run {
    /// What it does.
    pub(crate) saga: Saga,
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
    Failed(Fault),
}

impl From<Execution> for Run {
    fn from(execution: Execution) -> Self {
        Self {
            saga: execution.saga,
            machine: execution.machine,
            name: execution.name,
            arn: execution.arn,
            status: execution.status,
            started: execution.started,
            stopped: execution.stopped,
            error: execution.error,
            is_redrivable: execution.is_redrivable,
            steps: steps(execution.history),
        }
    }
}

impl Run {
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
            Some((_, Outcome::Failed(fault))) => Some(&fault.error),
            _ => None,
        }
    }
}

fn steps(history: Vec<Happening>) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    for Happening { at, what } in history {
        if let What::Entered(state) = what {
            steps.push(Step { state, attempts: Vec::new() });
            continue;
        }
        let Some(step) = steps.last_mut() else { continue };
        match what {
            What::Entered(_) | What::Ended(_) => {}
            What::Scheduled => step.attempts.push(Attempt { begun: at, ended: None }),
            What::Succeeded => step.end(at, Outcome::Succeeded),
            What::Failed(fault) => step.end(at, Outcome::Failed(fault)),
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

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// A booking whose hotel answers at the second attempt, and whose payment is declined; the
    /// hotel's release is still under way.
    pub(crate) fn declined() -> Run {
        let entered = |name: &str| What::Entered(name.to_owned());
        let failed = |error: &str, cause: &str| What::Failed(Fault::of(error, Some(cause)));
        let history: Vec<_> = [
            entered("ReserveFlight"),
            What::Scheduled,
            What::Succeeded,
            entered("ReserveHotel"),
            What::Scheduled,
            failed("SupplierUnavailable", r#"{"errorMessage": "<b>busy</b>"}"#),
            What::Scheduled,
            What::Succeeded,
            entered("ProcessPayment"),
            What::Scheduled,
            failed("PaymentDeclined", "no"),
            entered("CancelHotel"),
            What::Scheduled,
        ]
        .into_iter()
        .zip(2..)
        .map(|(what, number)| Happening { at: Timestamp::from_millis(number * 100), what })
        .collect();
        Run {
            saga: Saga::Booking,
            machine: "trip-booking".to_owned(),
            name: "trip-1".to_owned(),
            arn: "arn:aws:states:us-east-1:0:execution:trip-booking:trip-1".to_owned(),
            status: "RUNNING".to_owned(),
            started: Timestamp::from_millis(100),
            stopped: None,
            error: None,
            is_redrivable: false,
            steps: steps(history),
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
