//! One archive, and what it has.

use std::time::Duration;

use domain::Timestamp;
use event_pattern::Pattern;

use crate::archive::{ArchivedEvent, Position};
use crate::database::StorageError;

const A_DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// An archive.
#[derive(Clone, Debug)]
pub(crate) struct EventArchive {
    pub(crate) name: String,
    pub(crate) bus: String,
    pub(crate) description: Option<String>,
    /// The pattern as it was given; all events without one.
    pub(crate) pattern: Option<String>,
    /// For how many days it has an event; 0 for as long as the bus does.
    pub(crate) retention_days: u32,
    pub(crate) created_at: Timestamp,
    /// It has the events behind this position.
    pub(crate) after: Position,
}

/// Which events an archive has at a moment.
pub(crate) struct Contents {
    bus: String,
    pattern: Option<Pattern>,
    since: Option<Timestamp>,
}

impl EventArchive {
    /// What it has now.
    ///
    /// # Errors
    /// When this release refuses the pattern that an earlier one took.
    pub(crate) fn contents(&self, now: Timestamp) -> Result<Contents, StorageError> {
        let pattern = self.pattern.as_deref().map(Pattern::parse).transpose();
        let pattern = pattern.map_err(|error| StorageError::Corrupt {
            what: format!("pattern of the archive {}", self.name),
            source: error.into(),
        })?;
        let since = (self.retention_days > 0).then(|| now.before(A_DAY * self.retention_days));
        Ok(Contents { bus: self.bus.clone(), pattern, since })
    }
}

impl Contents {
    /// Whether an event behind the archive's position is in it. One that its pattern cannot decide
    /// is not.
    pub(crate) fn has(&self, event: &ArchivedEvent) -> bool {
        event.bus == self.bus
            && self.since.is_none_or(|since| event.received_at >= since)
            && self.pattern.as_ref().is_none_or(|p| p.matches(&event.event).unwrap_or(false))
    }
}
