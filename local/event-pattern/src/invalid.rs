//! Why a pattern is refused, and why a match cannot be decided.

/// The text is not an event pattern that can be decided here.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidPattern {
    /// EventBridge refuses it, too.
    #[error("Event pattern is not valid. Reason: {0}")]
    Refused(String),
    /// EventBridge accepts it, but what it would do is of no use to anybody; see the table in the
    /// documentation of this crate.
    #[error(
        "Event pattern is not valid. Reason: {0}: valid on EventBridge, not supported by the local bus"
    )]
    Unsupported(String),
}

/// A match cannot be decided.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Undecided {
    /// The event is not one that patterns match, with the reason.
    #[error("it cannot be told whether the event matches: {0}")]
    Event(String),
    /// Pattern and event together ask for more work than one match may take.
    #[error("it cannot be told whether the event matches: that takes more than {0} steps")]
    Work(usize),
}

pub(crate) fn refused(reason: impl Into<String>) -> InvalidPattern {
    InvalidPattern::Refused(reason.into())
}

pub(crate) fn unsupported(form: impl Into<String>) -> InvalidPattern {
    InvalidPattern::Unsupported(form.into())
}
