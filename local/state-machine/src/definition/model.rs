//! The states a machine is made of.

use std::time::Duration;

use serde_json::Value;

use crate::data::{Path, Scope, Template};
use crate::interpret::{Failure, Jitter, check_limit};

/// Step Functions' longest delay, for a backoff without its own cap.
const LONGEST_DELAY: Duration = Duration::from_secs(31_622_400);

/// One state.
#[derive(Debug, Clone)]
pub(crate) enum State {
    Task(Box<Task>),
    Succeed,
    Fail(Fail),
}

/// A state that calls a function through the `lambda:invoke` integration.
#[derive(Debug, Clone)]
pub(crate) struct Task {
    pub(crate) function: String,
    pub(crate) payload: Template,
    pub(crate) result_selector: Option<Template>,
    pub(crate) result_path: Path,
    pub(crate) timeout: Duration,
    pub(crate) retry: Vec<Retrier>,
    pub(crate) catch: Vec<Catcher>,
    pub(crate) next: Next,
}

/// A state that ends the execution as failed.
#[derive(Debug, Clone)]
pub(crate) struct Fail {
    pub(crate) error: String,
    pub(crate) cause: String,
}

/// The next state of a task that succeeds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Next {
    State(String),
    End,
}

/// One entry of `Retry`.
#[derive(Debug, Clone)]
pub(crate) struct Retrier {
    pub(crate) errors: Vec<String>,
    pub(crate) interval: Duration,
    pub(crate) backoff_rate: f64,
    pub(crate) max_delay: Option<Duration>,
    pub(crate) max_attempts: u32,
    pub(crate) full_jitter: bool,
}

/// One entry of `Catch`.
#[derive(Debug, Clone)]
pub(crate) struct Catcher {
    pub(crate) errors: Vec<String>,
    pub(crate) next: String,
    pub(crate) result_path: Path,
}

impl State {
    /// The state's `Type`, the prefix of its events in a history.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Self::Task(_) => "Task",
            Self::Succeed => "Succeed",
            Self::Fail(_) => "Fail",
        }
    }

    /// Every state that can follow this one.
    pub(crate) fn successors(&self) -> Vec<&str> {
        match self {
            Self::Task(task) => task.successors().collect(),
            Self::Succeed | Self::Fail(_) => vec![],
        }
    }
}

impl Task {
    /// The function's event, made from the state's input.
    pub(crate) fn event(&self, input: &Value, context: &Value) -> Result<Value, Failure> {
        let event = self.payload.fill(&Scope { data: input, context })?;
        check_limit(&event, "payload")?;
        Ok(event)
    }

    pub(super) fn error_names(&self) -> impl Iterator<Item = &String> {
        let retried = self.retry.iter().flat_map(|retrier| &retrier.errors);
        retried.chain(self.catch.iter().flat_map(|catcher| &catcher.errors))
    }

    fn successors(&self) -> impl Iterator<Item = &str> {
        let next = match &self.next {
            Next::State(name) => Some(name.as_str()),
            Next::End => None,
        };
        next.into_iter().chain(self.catch.iter().map(|catcher| catcher.next.as_str()))
    }
}

impl Retrier {
    /// The delay before the retry that follows `retried` earlier ones.
    pub(crate) fn delay(&self, retried: u32, jitter: &Jitter) -> Duration {
        let grown = self.interval.as_secs_f64() * self.backoff_rate.powf(f64::from(retried));
        let longest = self.max_delay.unwrap_or(LONGEST_DELAY);
        let delay = Duration::try_from_secs_f64(grown).unwrap_or(longest).min(longest);
        match self.full_jitter {
            true => jitter.up_to(delay),
            false => delay,
        }
    }
}

impl Fail {
    pub(crate) fn failure(&self) -> Failure {
        Failure::new(self.error.clone(), &self.cause)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{LONGEST_DELAY, Retrier};
    use crate::interpret::Jitter;

    fn retrier(max_delay: Option<u64>, full_jitter: bool) -> Retrier {
        Retrier {
            errors: vec![],
            interval: Duration::from_secs(1),
            backoff_rate: 2.0,
            max_delay: max_delay.map(Duration::from_secs),
            max_attempts: 12,
            full_jitter,
        }
    }

    #[test]
    fn a_delay_doubles_up_to_its_cap() {
        let jitter = Jitter::new(Some(1));
        let capped = retrier(Some(5), false);
        let delays: Vec<u64> =
            (0..5).map(|retried| capped.delay(retried, &jitter).as_secs()).collect();
        assert_eq!(delays, [1, 2, 4, 5, 5]);
        assert_eq!(retrier(None, false).delay(5_000, &jitter), LONGEST_DELAY);
    }

    #[test]
    fn full_jitter_spreads_between_nothing_and_the_delay() {
        let (jitter, retrier) = (Jitter::new(Some(1)), retrier(Some(5), true));
        let delays: Vec<f64> = (0..200).map(|_| retrier.delay(9, &jitter).as_secs_f64()).collect();
        assert!(delays.iter().all(|delay| (0.0..=5.0).contains(delay)));
        assert!(delays.iter().any(|delay| *delay < 1.0) && delays.iter().any(|delay| *delay > 4.0));
    }

    #[test]
    fn one_seed_gives_one_sequence() {
        let delays = |seed| {
            let jitter = Jitter::new(Some(seed));
            (0..5).map(|retried| retrier(None, true).delay(retried, &jitter)).collect::<Vec<_>>()
        };
        assert_eq!(delays(7), delays(7));
        assert_ne!(delays(7), delays(8));
    }
}
