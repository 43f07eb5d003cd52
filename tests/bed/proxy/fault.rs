//! What can happen to a call.

use std::time::Duration;

use serde_json::Value;

use super::Gate;

/// A fault that strikes one call.
#[derive(Clone, Debug)]
pub enum Fault {
    /// The client gets this answer; the service does not hear of the call. See [`super::answers`].
    Answer(Answer),
    /// The connection closes before the service hears of the call.
    Disconnect,
    /// The service does its work; the connection closes without an answer.
    LoseAnswer,
    /// The service does its work; the connection closes in the middle of its answer.
    Truncate,
    /// The service hears of the call so much later.
    Delay(Duration),
    /// The service does not hear of the call, and there is no answer until the client gives up.
    Hang,
    /// The service does its work; there is no answer until the client gives up.
    HangAfter,
    /// The service hears of another request than was sent.
    Rewrite(fn(&mut Value)),
    /// The call waits at a point until the gate opens.
    Hold(Point, Gate),
}

/// Where a call can be held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Point {
    /// The service has not heard of it.
    Before,
    /// The service has done its work; the client does not know.
    After,
}

/// An answer in the service's place.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The body.
    pub body: Value,
}

impl Fault {
    /// The fault in a word, as it is counted.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Answer(answer) if answer.status >= 500 => "server error",
            Self::Answer(_) => "client error",
            Self::Disconnect => "disconnected",
            Self::LoseAnswer => "answer lost",
            Self::Truncate => "answer truncated",
            Self::Delay(_) => "delayed",
            Self::Hang => "hung",
            Self::HangAfter => "hung after its effect",
            Self::Rewrite(_) => "rewritten",
            Self::Hold(..) => "held",
        }
    }
}
