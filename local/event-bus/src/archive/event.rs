//! Accepted events, before and after they are archived.

use domain::Timestamp;
use event_pattern::EventJson;
use serde::{Deserialize, Serialize};

use super::position::Position;

/// One accepted event.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ArchivedEvent {
    /// Its position in the archive.
    pub position: Position,
    /// When the bus accepted it.
    pub received_at: Timestamp,
    /// The bus that it was put on.
    pub bus: String,
    /// The names of that bus's rules that it matched when it was accepted, in order.
    pub rules: Vec<String>,
    /// The event as EventBridge delivers it to targets.
    pub event: EventJson,
}

/// An accepted event on its way into the archive.
pub(crate) struct NewEvent {
    pub(crate) id: String,
    pub(crate) received_at: Timestamp,
    pub(crate) bus: String,
    pub(crate) source: String,
    pub(crate) detail_type: String,
    pub(crate) rules: Vec<String>,
    pub(crate) event: EventJson,
}
