//! Gathers records into batches by Lambda's rules: how many, how large and how long to wait.

use std::collections::VecDeque;
use std::time::Duration;

use serde::Serialize;
use serde_json::value::{RawValue, to_raw_value};
use stream_replay::ReadRecord;
use tokio::time::Instant;

/// The most that Lambda sends in one synchronous invocation, and the size that the event adds to
/// its records.
const MAX_PAYLOAD: usize = 6 * 1024 * 1024;
const ENVELOPE: usize = r#"{"Records":[]}"#.len();

/// A record that waits for the function.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    /// Its place in the shard's settlement.
    pub(crate) place: u64,
    pub(crate) record: ReadRecord,
    /// The length of the record as JSON.
    pub(crate) bytes: usize,
}

/// The event that hands `batch` to a function.
pub(crate) fn event(batch: &[Entry]) -> Box<RawValue> {
    let records = batch.iter().map(|entry| entry.record.json.as_ref()).collect();
    // It is made of JSON texts.
    to_raw_value(&Event { records }).unwrap_or_default()
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Event<'a> {
    records: Vec<&'a RawValue>,
}

/// The records of one lane that were read and not yet handed over.
#[derive(Debug)]
pub(crate) struct Buffer {
    max_records: usize,
    window: Duration,
    entries: VecDeque<Entry>,
    gathering_since: Instant,
}

impl Buffer {
    pub(crate) fn new(max_records: usize, window: Duration) -> Self {
        Self { max_records, window, entries: VecDeque::new(), gathering_since: Instant::now() }
    }

    /// Adds records for the function.
    pub(crate) fn extend(&mut self, entries: Vec<Entry>) {
        if self.entries.is_empty() {
            self.gathering_since = Instant::now();
        }
        self.entries.extend(entries);
    }

    /// Whether a batch's worth of records waits.
    pub(crate) fn is_full(&self) -> bool {
        self.entries.len() >= self.max_records
    }

    /// The next batch, if one is due: it is full, its window has passed, or the shard has ended.
    pub(crate) fn take_due(&mut self, shard_ended: bool) -> Option<Vec<Entry>> {
        let full = self.fitting();
        let is_full = full == self.max_records || full < self.entries.len();
        let is_due = is_full || shard_ended || self.due_in() == Some(Duration::ZERO);
        if full == 0 || !is_due {
            return None;
        }
        self.gathering_since = Instant::now();
        Some(self.entries.drain(..full).collect())
    }

    /// How long until the window of the waiting records has passed; none when nothing waits.
    pub(crate) fn due_in(&self) -> Option<Duration> {
        let left = self.window.saturating_sub(self.gathering_since.elapsed());
        (!self.entries.is_empty()).then_some(left)
    }

    /// How many of the waiting records fit into one batch; at least one.
    fn fitting(&self) -> usize {
        let mut payload = ENVELOPE;
        let fits = |entry: &&Entry| {
            payload += entry.bytes + 1;
            payload <= MAX_PAYLOAD
        };
        let fitting = self.entries.iter().take(self.max_records).take_while(fits).count();
        fitting.max(1).min(self.entries.len())
    }
}

#[cfg(test)]
mod tests;
