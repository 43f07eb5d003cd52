//! The events that this process has published and could not mark.
//!
//! The table still shows them as pending. Code that meets one of them retries its mark, and does
//! not publish it a second time. A new process does not know them and publishes each once more: if
//! nothing can be written, only this memory can tell a published event from an unpublished one.

use std::collections::HashSet;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use domain::Timestamp;
use store::outbox::OutboxKey;

/// The most events that are remembered: about 20 MB. Events beyond that are published again.
const MOST: usize = 100_000;
/// How long to wait after marks were refused for good before they are retried. The wait doubles,
/// and stays below the five minutes that an alarm looks at.
const FIRST_WAIT: Duration = Duration::from_secs(60);
const LONGEST_WAIT: Duration = Duration::from_secs(4 * 60);

/// The memory. Everything that publishes in this process shares it.
#[derive(Debug, Default)]
pub(crate) struct Unmarked(Mutex<Memory>);

#[derive(Debug, Default)]
struct Memory {
    keys: HashSet<OutboxKey>,
    /// The last wait, and its end.
    wait: Option<(Duration, Timestamp)>,
}

impl Unmarked {
    /// Whether the event was already published.
    pub(crate) fn holds(&self, key: &OutboxKey) -> bool {
        self.memory().keys.contains(key)
    }

    /// Whether it is time to retry the marks of remembered events.
    pub(crate) fn is_due(&self, now: Timestamp) -> bool {
        self.memory().wait.is_none_or(|(_, end)| end <= now)
    }

    /// Records published events: remembers those whose marks failed, and forgets the others.
    pub(crate) fn note(&self, published: &[&OutboxKey], failed: &HashSet<OutboxKey>) {
        let mut memory = self.memory();
        for key in published {
            if !failed.contains(*key) {
                memory.keys.remove(*key);
            } else if memory.keys.len() < MOST {
                memory.keys.insert((*key).clone());
            }
        }
    }

    /// After marks were refused for good: delays the next attempt, each time for twice as long.
    pub(crate) fn back_off(&self, now: Timestamp) {
        if !self.is_due(now) {
            return;
        }
        let mut memory = self.memory();
        let wait = memory.wait.map_or(FIRST_WAIT, |(last, _)| (last * 2).min(LONGEST_WAIT));
        memory.wait = Some((wait, now.after(wait)));
    }

    /// Marks succeed again.
    pub(crate) fn recover(&self) {
        self.memory().wait = None;
    }

    fn memory(&self) -> MutexGuard<'_, Memory> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fakes::event;

    #[test]
    fn an_event_is_remembered_until_it_is_marked() {
        let (unmarked, key) = (Unmarked::default(), event("trip-1", 1).key());
        let published = [&key];
        unmarked.note(&published, &HashSet::from([key.clone()]));
        assert!(unmarked.holds(&key));
        unmarked.note(&published, &HashSet::new());
        assert!(!unmarked.holds(&key));
    }

    #[test]
    fn waits_between_tries_double_up_to_four_minutes_and_end_with_a_mark() {
        let unmarked = Unmarked::default();
        let mut now = Timestamp::from_millis(0);
        for minutes in [1, 2, 4, 4] {
            assert!(unmarked.is_due(now));
            unmarked.back_off(now);
            unmarked.back_off(now);
            let end = now.as_millis() + minutes * 60_000;
            assert!(!unmarked.is_due(Timestamp::from_millis(end - 1)), "{minutes}");
            now = Timestamp::from_millis(end);
        }
        unmarked.back_off(now);
        unmarked.recover();
        assert!(unmarked.is_due(now));
    }
}
