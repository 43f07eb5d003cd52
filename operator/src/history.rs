//! What an execution did: the attempts of its steps, from the events of its history.

pub(crate) mod event;

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

/// One thing that happened in an execution.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Happening {
    /// When.
    pub at: Timestamp,
    /// What.
    pub what: What,
}

/// What may happen in an execution, as far as it is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// It entered the state of this name.
    Entered(String),
    /// It called the function of its state.
    Scheduled,
    /// The function answered.
    Succeeded,
    /// The function failed, or did not answer in time.
    Failed(Fault),
    /// The execution ended otherwise than well.
    Ended(Fault),
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
    /// An error's name, with the cause that was told of it.
    #[must_use]
    pub fn of(error: &str, cause: Option<&str>) -> Self {
        Self { error: error.to_owned(), message: cause.and_then(message) }
    }

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
    /// Adds what happened next.
    pub(crate) fn add(&mut self, happening: Happening) {
        let Happening { at, what } = happening;
        match what {
            What::Entered(state) => self.step = Some(state),
            What::Scheduled => self.begin(at),
            What::Succeeded => self.end(at, None),
            What::Failed(fault) | What::Ended(fault) => self.end(at, Some(fault)),
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

/// The first line of a cause. Lambda's is a JSON object with the function's message.
fn message(cause: &str) -> Option<String> {
    let lambdas = serde_json::from_str::<Value>(cause).ok();
    let lambdas = lambdas.as_ref().and_then(|error| error.get("errorMessage")?.as_str());
    lambdas.unwrap_or(cause).lines().next().filter(|line| !line.is_empty()).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_attempt_has_its_error_and_its_wait() {
        let cause = r#"{"errorType":"SupplierTimeout","errorMessage":"no answer\nat all"}"#;
        let fault = Fault::of("SupplierTimeout", Some(cause));
        let at = |second: i64| Timestamp::from_millis(second * 1_000);
        let mut history = History::default();
        for (second, what) in [
            (1, What::Entered("ReserveHotel".to_owned())),
            (1, What::Scheduled),
            (6, What::Failed(fault.clone())),
            (8, What::Scheduled),
            (9, What::Succeeded),
        ] {
            history.add(Happening { at: at(second), what });
        }
        assert_eq!(fault.message.as_deref(), Some("no answer"));
        let fault = Some(fault);
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
