//! What the bus knows of repeats.

use std::collections::HashMap;
use std::time::Duration;

use domain::Timestamp;

use crate::wire::{Entry, SystemMetadata};

/// For how long the bus drops a repeat.
const WINDOW: Duration = Duration::from_secs(5 * 60);
/// How many events are remembered before old ones are looked for.
const MANY: usize = 10_000;

/// A group, and an id for deduplication in it.
type Key = (Option<String>, String);

/// The events of the last minutes, with the number that each has on the bus.
#[derive(Default)]
pub(crate) struct Recent {
    seen: HashMap<Key, (Timestamp, usize)>,
    numbers: usize,
    swept_at: usize,
}

impl Recent {
    /// The number of each entry that is a repeat.
    pub(crate) fn known(&self, entries: &[Entry], now: Timestamp) -> Vec<Option<usize>> {
        let known = |entry: &Entry| {
            let (at, number) = self.seen.get(&key(entry)?)?;
            (now.since(*at) < WINDOW).then_some(*number)
        };
        entries.iter().map(known).collect()
    }

    /// Remembers an accepted event; returns its number.
    pub(crate) fn note(&mut self, entry: &Entry, now: Timestamp) -> usize {
        self.numbers += 1;
        if let Some(key) = key(entry) {
            self.seen.insert(key, (now, self.numbers));
        }
        if self.seen.len() > MANY.max(2 * self.swept_at) {
            self.seen.retain(|_, (at, _)| now.since(*at) < WINDOW);
            self.swept_at = self.seen.len();
        }
        self.numbers
    }
}

fn key(entry: &Entry) -> Option<Key> {
    let SystemMetadata { event_group_id, deduplication_id } = entry.system_metadata.clone()?;
    Some((event_group_id, deduplication_id?))
}
