//! What may come of an attempt, other than a delivery.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// An attempt that failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// What happened, in words.
    pub error: String,
    /// The least time to wait before another attempt; `None` if another one would not help.
    pub again: Option<Duration>,
    /// Whether nobody listens there: the target itself is away, whatever is sent to it.
    pub away: bool,
}

impl Failure {
    /// A failure that would be the same each time.
    pub(crate) fn for_good(error: impl Into<String>) -> Self {
        Self { error: error.into(), again: None, away: false }
    }

    /// A failure that may pass after this wait.
    pub(crate) fn passing(error: impl Into<String>, wait: Duration) -> Self {
        Self { error: error.into(), again: Some(wait), away: false }
    }

    /// Nobody listens.
    pub(crate) fn away(error: impl Into<String>) -> Self {
        Self { error: error.into(), again: Some(Duration::ZERO), away: true }
    }
}

/// Which limit of a retry policy ended the attempts, by EventBridge's names for them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Exhausted {
    /// It was sent as often as it may be.
    MaximumRetryAttempts,
    /// It was tried for as long as it may be.
    MaximumEventAgeInSeconds,
}
