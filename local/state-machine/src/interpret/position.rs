//! The position of an execution: everything that is needed to continue after a restart.

use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::time::millis;

/// A state being visited, with its input and how often each retrier has retried it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Position {
    pub(crate) state: String,
    #[serde(with = "millis")]
    pub(crate) entered: Timestamp,
    pub(crate) input: Value,
    /// Retries so far, by the index of the retrier; a missing entry means none.
    pub(crate) retries: Vec<u32>,
    pub(crate) wait: Option<Wait>,
}

/// When the next attempt is due.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(crate) struct Wait {
    #[serde(with = "millis")]
    pub(crate) until: Timestamp,
    pub(crate) delay: Duration,
}

impl Position {
    /// A state that has just been entered.
    pub(crate) fn enter(state: &str, input: Value, at: Timestamp) -> Self {
        Self { state: state.to_owned(), entered: at, input, retries: vec![], wait: None }
    }

    /// The same state and input, without any attempts.
    pub(crate) fn afresh(self) -> Self {
        Self { retries: vec![], wait: None, ..self }
    }

    /// One more retry by the retrier at `index`, due `delay` after `at`.
    pub(crate) fn retry(&self, index: usize, delay: Duration, at: Timestamp) -> Self {
        let mut next = self.clone();
        next.retries.resize(next.retries.len().max(index + 1), 0);
        next.retries[index] += 1;
        next.wait = Some(Wait { until: at.saturating_add(delay).unwrap_or(at), delay });
        next
    }

    /// How often the retrier at `index` has retried this visit.
    pub(crate) fn retried_by(&self, index: usize) -> u32 {
        self.retries.get(index).copied().unwrap_or(0)
    }

    /// How long the next attempt still has to wait, if it is a retry. Never longer than the delay
    /// itself, even if the clock was set back.
    pub(crate) fn remaining(&self, now: Timestamp) -> Option<Duration> {
        let wait = self.wait?;
        let left = Duration::try_from(wait.until.duration_since(now)).unwrap_or_default();
        Some(left.min(wait.delay))
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use jiff::{SignedDuration, Timestamp};
    use serde_json::json;

    use super::Position;

    #[test]
    fn the_remaining_wait_shrinks_and_never_exceeds_the_delay() {
        let start = Timestamp::UNIX_EPOCH;
        let waiting =
            Position::enter("A", json!({}), start).retry(1, Duration::from_secs(10), start);
        let after = |seconds| waiting.remaining(start + SignedDuration::from_secs(seconds));
        assert_eq!(after(0), Some(Duration::from_secs(10)));
        assert_eq!(after(4), Some(Duration::from_secs(6)));
        assert_eq!(after(60), Some(Duration::ZERO));
        assert_eq!(after(-3600), Some(Duration::from_secs(10)));
        assert_eq!(waiting.clone().afresh().remaining(start), None);
        assert_eq!(
            (waiting.retried_by(0), waiting.retried_by(1), waiting.retried_by(2)),
            (0, 1, 0)
        );
    }

    #[test]
    fn a_position_reads_back_as_it_was_written() {
        let start = Timestamp::from_millisecond(1_700_000_000_123).unwrap();
        let position = Position::enter("A", json!({"a": [1]}), start).retry(
            0,
            Duration::from_millis(1500),
            start,
        );
        let written = serde_json::to_string(&position).unwrap();
        assert_eq!(serde_json::from_str::<Position>(&written).unwrap(), position);
    }
}
