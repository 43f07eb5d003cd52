//! What a consumer was handed and what it got through, in order.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use event_source_mapping::{InMemoryPositions, PositionStore, StorageError};
use serde_json::Value;
use tokio::sync::watch;

use super::family::Family;
use super::kept::Kept;

/// The notes on one consumer.
#[derive(Default)]
pub(super) struct Journal {
    notes: Mutex<Vec<Note>>,
    invocations: watch::Sender<usize>,
}

/// What was noted of one invocation: the sequence numbers of its records.
enum Note {
    Begun(Vec<String>),
    Done(Vec<String>),
}

impl Journal {
    pub(super) fn begun(&self, records: &[Value]) {
        self.note(Note::Begun(records.iter().map(number).collect()));
        self.invocations.send_modify(|count| *count += 1);
    }

    pub(super) fn done(&self, records: &[Value]) {
        self.note(Note::Done(records.iter().map(number).collect()));
    }

    fn note(&self, note: Note) {
        self.notes.lock().unwrap().push(note);
    }

    /// Completes once there have been so many invocations.
    pub(super) async fn reaches(&self, invocations: usize) {
        let mut count = self.invocations.subscribe();
        count.wait_for(|count| *count >= invocations).await.unwrap();
    }

    /// Whether a record was got through.
    pub(super) fn is_done(&self, record: &Value) -> bool {
        self.first(|note| note.is_done(&number(record))).is_some()
    }

    fn first(&self, wanted: impl Fn(&Note) -> bool) -> Option<usize> {
        self.notes.lock().unwrap().iter().position(wanted)
    }

    /// Asserts that every record was got through.
    #[track_caller]
    pub(super) fn assert_all_done(&self, records: &[Value]) {
        let lost: Vec<_> = records.iter().filter(|record| !self.is_done(record)).collect();
        assert!(lost.is_empty(), "{} records are lost: {lost:?}", lost.len());
    }

    /// Asserts that no invocation was begun with `later` before `earlier` was got through. Where
    /// they may be `together` in a batch, an invocation that has both is no such one.
    #[track_caller]
    pub(super) fn assert_before(&self, earlier: &Value, later: &Value, together: bool) {
        let (earlier, later) = (number(earlier), number(later));
        let done = self.first(|note| note.is_done(&earlier));
        let overtakes =
            |note: &Note| note.is_begun(&later) && !(together && note.is_begun(&earlier));
        let overtaken = self.first(overtakes).is_some_and(|begun| Some(begun) < done);
        assert!(done.is_some() && !overtaken, "{later} was begun before {earlier} was done");
    }

    /// Asserts that of each item no record was begun before the one in front of it was got through.
    #[track_caller]
    pub(super) fn assert_items_in_order(&self, records: &[Value]) {
        let mut last: BTreeMap<String, &Value> = BTreeMap::new();
        for record in records {
            if let Some(earlier) = last.insert(item(record), record) {
                self.assert_before(earlier, record, true);
            }
        }
    }
}

impl Note {
    fn is_begun(&self, number: &str) -> bool {
        matches!(self, Self::Begun(numbers) if numbers.iter().any(|found| found == number))
    }

    fn is_done(&self, number: &str) -> bool {
        matches!(self, Self::Done(numbers) if numbers.iter().any(|found| found == number))
    }
}

/// Positions in memory, which asserts that none passes a record that was neither got through nor
/// kept by the destination.
pub(super) struct HonestPositions {
    pub(super) inner: InMemoryPositions,
    pub(super) journal: Arc<Journal>,
    /// What the consumer wants of each shard.
    pub(super) wanted: Family,
    /// What was given up.
    pub(super) kept: Arc<Kept>,
}

#[async_trait]
impl PositionStore for HonestPositions {
    async fn load(&self, mapping: &str, shard: &str) -> Result<Option<String>, StorageError> {
        self.inner.load(mapping, shard).await
    }

    async fn save(&self, mapping: &str, shard: &str, position: &str) -> Result<(), StorageError> {
        let passed = |record: &&Value| number(record).as_str() <= position;
        for record in self.wanted.records_of(shard).iter().filter(passed) {
            let settled = self.journal.is_done(record) || self.kept.has(record);
            assert!(settled, "{position} passes {}", number(record));
        }
        self.inner.save(mapping, shard, position).await
    }
}

/// A record's sequence number; those of one capture have one length.
pub(super) fn number(record: &Value) -> String {
    record["dynamodb"]["SequenceNumber"].as_str().unwrap().to_owned()
}

/// The key of a record's item.
pub(super) fn item(record: &Value) -> String {
    let keys = &record["dynamodb"]["Keys"];
    format!("{} {}", keys["PK"]["S"], keys["SK"]["S"])
}
