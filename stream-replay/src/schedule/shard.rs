//! One shard of a stream: where its reader stands, and which of its batches come again.

use std::collections::VecDeque;
use std::ops::Range;

/// The records of a shard by their number in the stream, and how far they are read.
#[derive(Clone, Debug)]
pub(super) struct Shard {
    pub(super) name: String,
    /// The place of its parent among the shards.
    pub(super) parent: Option<usize>,
    pub(super) records: Vec<usize>,
    read: usize,
    again: VecDeque<Range<usize>>,
}

impl Shard {
    pub(super) fn new(name: String, parent: Option<usize>, records: Vec<usize>) -> Self {
        Self { name, parent, records, read: 0, again: VecDeque::new() }
    }

    /// Whether all is processed, if nothing is under way.
    pub(super) fn is_done(&self) -> bool {
        self.read == self.records.len() && self.again.is_empty()
    }

    /// How many records were never handed over.
    pub(super) fn unread(&self) -> usize {
        self.records.len() - self.read
    }

    /// How many records wait, those that come again among them.
    pub(super) fn undone(&self) -> usize {
        self.unread() + self.again.iter().map(Range::len).sum::<usize>()
    }

    /// The next batch: one that comes again, else so many new records.
    pub(super) fn take(&mut self, new: usize) -> Range<usize> {
        self.again.pop_front().unwrap_or_else(|| {
            let batch = self.read..(self.read + new).min(self.records.len());
            self.read = batch.end;
            batch
        })
    }

    /// Has a batch come again before anything else, whole or in halves.
    pub(super) fn give_back(&mut self, batch: Range<usize>, in_halves: bool) {
        let middle = batch.start + batch.len() / 2;
        let halves = [batch.start..middle, middle..batch.end];
        let parts = if in_halves { halves.to_vec() } else { vec![batch] };
        for part in parts.into_iter().rev().filter(|part| !part.is_empty()) {
            self.again.push_front(part);
        }
    }
}
