//! One replay.

use domain::Timestamp;

use crate::archive::Position;

/// Events of an archive that are sent again.
#[derive(Clone, Debug)]
pub(crate) struct Replay {
    pub(crate) name: String,
    pub(crate) description: Option<String>,
    pub(crate) archive: String,
    pub(crate) bus: String,
    /// The rules that get the events; all of the bus when empty.
    pub(crate) rules: Vec<String>,
    /// It sends the events that occurred from this time on.
    pub(crate) from: Timestamp,
    /// And up to this time.
    pub(crate) to: Timestamp,
    pub(crate) state: ReplayState,
    pub(crate) reason: Option<String>,
    pub(crate) started_at: Timestamp,
    pub(crate) ended_at: Option<Timestamp>,
    /// When the last event that was sent again had been received.
    pub(crate) last_replayed: Option<Timestamp>,
    /// It has looked at the events up to this position.
    pub(crate) position: Position,
    /// It ends behind this position: what comes while it runs is not part of it.
    pub(crate) end: Position,
}

/// Where a replay is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ReplayState {
    Starting,
    Running,
    Cancelling,
    Completed,
    Cancelled,
    Failed,
}

impl ReplayState {
    pub(crate) const ALL: [Self; 6] = [
        Self::Starting,
        Self::Running,
        Self::Cancelling,
        Self::Completed,
        Self::Cancelled,
        Self::Failed,
    ];

    /// The state's name in answers.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Starting => "STARTING",
            Self::Running => "RUNNING",
            Self::Cancelling => "CANCELLING",
            Self::Completed => "COMPLETED",
            Self::Cancelled => "CANCELLED",
            Self::Failed => "FAILED",
        }
    }

    /// The state with this name.
    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == name)
    }

    /// Whether it is still to do something.
    pub(crate) fn is_open(self) -> bool {
        matches!(self, Self::Starting | Self::Running)
    }
}
