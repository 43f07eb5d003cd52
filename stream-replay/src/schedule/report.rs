//! What a schedule has done so far.

use serde::Serialize;

/// Counts of what was delivered.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Report {
    /// Batches that were handed over, each time counted.
    pub batches: usize,
    /// Records in them, each time counted.
    pub records: usize,
    /// Records that came although they had been in a batch before.
    pub duplicates: usize,
    /// Batches of which records came again because not all were processed, or nobody heard so.
    pub retries: usize,
    /// Batches that failed as a whole: the consumer returned an error or died, or nobody heard its
    /// answer.
    pub failures: usize,
    /// Records that wait to be handed over, those that come again among them.
    pub undelivered: usize,
}

impl Report {
    /// Whether every record is processed.
    #[must_use]
    pub fn is_settled(&self) -> bool {
        self.undelivered == 0
    }
}
