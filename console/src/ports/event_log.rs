//! The events that the bus has taken, in the order in which it took them.

use std::fmt;

use async_trait::async_trait;
use domain::Timestamp;
use event_pattern::EventJson;

/// A log of the bus's events.
#[async_trait]
pub trait EventLog: Send + Sync {
    /// The first `limit` events after a position, in order.
    ///
    /// # Errors
    /// When the log cannot be read.
    async fn after(&self, position: Position, limit: usize) -> anyhow::Result<Vec<LoggedEvent>>;

    /// The last `limit` events before a position, or of all, the newest first.
    ///
    /// # Errors
    /// When the log cannot be read.
    async fn back(
        &self,
        before: Option<Position>,
        limit: usize,
    ) -> anyhow::Result<Vec<LoggedEvent>>;

    /// The position just before the first event that was taken at `time` or later; the end of the
    /// log if there is none.
    ///
    /// # Errors
    /// When the log cannot be read.
    async fn since(&self, time: Timestamp) -> anyhow::Result<Position>;

    /// The position of the newest event, if that is known without reading.
    fn end(&self) -> Option<Position>;

    /// How many events may be looked at in search of those of a pattern.
    fn look_back(&self) -> u64 {
        4_096
    }
}

/// The place of an event in a log. Later events have greater ones.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position(pub u128);

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// An event that the bus has taken.
#[derive(Clone, Debug)]
pub struct LoggedEvent {
    /// Its place in the log.
    pub position: Position,
    /// When the bus took it.
    pub received_at: Timestamp,
    /// The names of the rules that it matched, as far as the log knows them.
    pub rules: Vec<String>,
    /// The event as EventBridge delivers it to targets.
    pub event: EventJson,
}

#[cfg(test)]
pub(crate) mod tests {
    use std::sync::Mutex;

    use serde_json::Value;

    use super::*;

    /// A log in memory, whose positions begin at 1.
    #[derive(Default)]
    pub(crate) struct Memory(Mutex<Vec<LoggedEvent>>);

    impl Memory {
        pub(crate) fn add(&self, received_at: Timestamp, event: &Value) {
            let mut events = self.0.lock().unwrap();
            let position = Position(events.len() as u128 + 1);
            let event = EventJson::of(event).unwrap();
            events.push(LoggedEvent { position, received_at, rules: Vec::new(), event });
        }
    }

    #[async_trait]
    impl EventLog for Memory {
        async fn after(&self, after: Position, limit: usize) -> anyhow::Result<Vec<LoggedEvent>> {
            let events = self.0.lock().unwrap();
            let later = events.iter().filter(|event| event.position > after);
            Ok(later.take(limit).cloned().collect())
        }

        async fn back(
            &self,
            before: Option<Position>,
            limit: usize,
        ) -> anyhow::Result<Vec<LoggedEvent>> {
            let events = self.0.lock().unwrap();
            let is_before =
                |event: &&LoggedEvent| before.is_none_or(|before| event.position < before);
            Ok(events.iter().rev().filter(is_before).take(limit).cloned().collect())
        }

        async fn since(&self, time: Timestamp) -> anyhow::Result<Position> {
            let events = self.0.lock().unwrap();
            let earlier = events.iter().take_while(|event| event.received_at < time);
            Ok(Position(earlier.count() as u128))
        }

        fn end(&self) -> Option<Position> {
            Some(Position(self.0.lock().unwrap().len() as u128))
        }
    }
}
