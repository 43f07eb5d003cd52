//! Why a pattern is refused, and why a match cannot be decided.

/// The text is not an event pattern that can be decided here.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidPattern {
    /// EventBridge refuses it, too.
    #[error("Event pattern is not valid. Reason: {0}")]
    Refused(String),
    /// EventBridge accepts it, but this matcher could not tell which events match.
    #[error(
        "Event pattern is not valid. Reason: {0}: valid on EventBridge, not supported by the local bus"
    )]
    Unsupported(String),
}

/// A match cannot be decided: the event is not a JSON object, or the matcher failed.
#[derive(Debug, thiserror::Error)]
#[error("it cannot be told whether the event matches: {0}")]
pub struct Undecided(pub(crate) String);

pub(crate) fn refused(reason: impl Into<String>) -> InvalidPattern {
    InvalidPattern::Refused(reason.into())
}

pub(crate) fn unsupported(form: impl Into<String>) -> InvalidPattern {
    InvalidPattern::Unsupported(form.into())
}
