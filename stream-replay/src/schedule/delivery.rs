//! One batch on its way to a consumer, what befalls it there, and what became of it.

use std::fmt;
use std::time::Duration;

use serde_json::{Value, json};

use crate::response::first_failure;

/// A batch, and what befalls the consumer while it works on it.
#[derive(Clone, Debug, PartialEq)]
pub struct Delivery<'a> {
    /// The shard that it comes from. A child's name begins with its parent's and a dot.
    pub shard: String,
    /// As Lambda hands them to a function.
    pub records: Vec<&'a Value>,
    /// How much later it comes than the one before.
    pub after: Duration,
    /// None where all goes well.
    pub mishap: Option<Mishap>,
}

impl Delivery<'_> {
    /// The event that hands the batch to a function.
    #[must_use]
    pub fn event(&self) -> Value {
        let records = self.records.iter().copied().cloned().collect();
        json!({ "Records": Value::Array(records) })
    }
}

/// What befalls a consumer. Its calls are counted from 1; where it makes fewer than are named here,
/// it dies with its answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mishap {
    /// It dies before it makes this call.
    DiesBefore(usize),
    /// It dies when this call has left it; the call takes effect at some time.
    DiesDuring(usize),
    /// It dies when this call has taken effect, before it hears of it.
    DiesAfter(usize),
    /// It does its work and dies before its answer is recorded.
    LosesAnswer,
    /// This call and all after it fail.
    FailsFrom(usize),
}

impl Mishap {
    /// Whether the consumer dies, so that nobody hears its answer.
    #[must_use]
    pub fn is_fatal(self) -> bool {
        !matches!(self, Self::FailsFrom(_))
    }
}

impl fmt::Display for Mishap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::DiesBefore(call) => write!(f, "dies before call {call}"),
            Self::DiesDuring(call) => write!(f, "dies during call {call}"),
            Self::DiesAfter(call) => write!(f, "dies after call {call}"),
            Self::LosesAnswer => write!(f, "dies with its answer"),
            Self::FailsFrom(call) => write!(f, "call {call} and all after it fail"),
        }
    }
}

/// What became of a delivery.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// The consumer answered so; see [`first_failure`].
    Answered(Value),
    /// The consumer died, or reported an error of its own.
    Died,
}

impl Outcome {
    /// The place in the batch from which on it comes again; none when all is processed.
    pub(super) fn undone_from(&self, numbers: &[&str]) -> Option<usize> {
        match self {
            Self::Answered(answer) => first_failure(answer, numbers),
            Self::Died => Some(0),
        }
    }
}
