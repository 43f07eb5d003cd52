//! What the bus has accepted, and what it knows of repeats.

use std::collections::HashMap;
use std::time::Duration;

use domain::Timestamp;
use serde_json::Value;

use crate::outcome::Outcome;
use crate::wire::{Entry, SystemMetadata};

/// Within which the bus drops a repeat.
const WINDOW: Duration = Duration::from_secs(5 * 60);

/// An accepted event.
#[derive(Clone, Debug, PartialEq)]
pub struct Published {
    /// Its event group.
    pub group: Option<String>,
    /// Its id for deduplication.
    pub deduplication_id: Option<String>,
    /// Its type.
    pub detail_type: String,
    /// Its content.
    pub detail: Value,
}

#[derive(Default)]
pub(crate) struct Log {
    pub(crate) events: Vec<Published>,
    /// When an id was accepted in a group, and its number.
    seen: HashMap<(Option<String>, String), (Timestamp, usize)>,
    pub(crate) dropped: usize,
}

impl Log {
    pub(crate) fn add(&mut self, entry: Entry, now: Timestamp) -> Outcome {
        let SystemMetadata { event_group_id: group, deduplication_id } =
            entry.system_metadata.unwrap_or_default();
        let number = self.events.len() + 1;
        if let Some(id) = deduplication_id.clone() {
            let key = (group.clone(), id);
            match self.seen.get(&key) {
                Some((at, number)) if now.since(*at) < WINDOW => {
                    self.dropped += 1;
                    return Outcome::Deduplicated(*number);
                }
                _ => drop(self.seen.insert(key, (now, number))),
            }
        }
        let detail = entry.detail.as_deref().and_then(|text| serde_json::from_str(text).ok());
        let (detail, detail_type) = (detail.unwrap_or_default(), entry.detail_type);
        self.events.push(Published { group, deduplication_id, detail_type, detail });
        Outcome::Published(number)
    }
}
