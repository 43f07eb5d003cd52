//! What the bus knows of repeats.

use std::collections::HashMap;
use std::time::Duration;

use domain::Timestamp;

use crate::outcome::Accepted;

/// For how long the bus drops a repeat.
pub(crate) const WINDOW: Duration = Duration::from_secs(5 * 60);
/// How many events are remembered before old ones are looked for.
const MANY: usize = 10_000;

/// A group, and an id for deduplication in it.
pub(crate) type Key = (Option<String>, String);

/// The events of the last minutes.
#[derive(Default)]
pub(crate) struct Recent {
    seen: HashMap<Key, (Timestamp, Accepted)>,
    swept_at: usize,
}

impl Recent {
    /// The event that one with this key would repeat.
    pub(crate) fn known(&self, key: &Key, now: Timestamp) -> Option<Accepted> {
        let (at, accepted) = self.seen.get(key)?;
        (now.since(*at) < WINDOW).then(|| accepted.clone())
    }

    /// Remembers an event that was accepted at this time.
    pub(crate) fn note(&mut self, key: Key, accepted: Accepted, at: Timestamp) {
        self.seen.insert(key, (at, accepted));
        if self.seen.len() > MANY.max(2 * self.swept_at) {
            self.seen.retain(|_, (seen, _)| at.since(*seen) < WINDOW);
            self.swept_at = self.seen.len();
        }
    }
}
