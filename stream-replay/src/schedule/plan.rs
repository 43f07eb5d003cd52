//! What a schedule may do.

use super::{Disturbance, Disturbances};

/// Most records of a batch, unless the plan says otherwise.
const BATCH: usize = 20;
/// Most batches that meet with a mishap, and most that are repeated without need, so that every
/// schedule ends.
const MISHAPS: usize = 3;
const REPEATS: usize = 2;
/// Most attempts of a batch by [`Schedule::run`](crate::Schedule::run).
const ATTEMPTS: usize = 10;

/// What a schedule may do to the records of a stream. The same plan, records and answers give the
/// same deliveries.
///
/// ```
/// use stream_replay::{Disturbance, Plan};
///
/// let anything = Plan::of(7); // the seed decides
/// let chosen = Plan::calm(7).with(Disturbance::Reorder).with(Disturbance::Repeat).batch_size(100);
/// assert_eq!(chosen.disturbances().to_string(), "reorder, repeat");
/// ```
#[derive(Clone, Debug)]
pub struct Plan {
    pub(super) seed: u64,
    pub(super) disturbances: Disturbances,
    pub(super) partition_key: Option<String>,
    pub(super) batch_size: usize,
    pub(super) mishaps: usize,
    pub(super) repeats: usize,
    pub(super) lost_answer: Option<usize>,
    pub(super) attempts: usize,
}

impl Plan {
    /// The seed decides what is disturbed. Every schedule of the same seed is disturbed in the same
    /// ways.
    #[must_use]
    pub fn of(seed: u64) -> Self {
        Self { disturbances: Disturbances::of(seed), ..Self::calm(seed) }
    }

    /// Nothing is disturbed: each record once, in order, in batches that are full.
    #[must_use]
    pub fn calm(seed: u64) -> Self {
        Self {
            seed,
            disturbances: Disturbances::default(),
            partition_key: None,
            batch_size: BATCH,
            mishaps: MISHAPS,
            repeats: REPEATS,
            lost_answer: None,
            attempts: ATTEMPTS,
        }
    }

    /// Only these disturbances, and no other.
    #[must_use]
    pub fn only(self, disturbances: Disturbances) -> Self {
        Self { disturbances, ..self }
    }

    /// This disturbance too.
    #[must_use]
    pub fn with(mut self, disturbance: Disturbance) -> Self {
        self.disturbances.add(disturbance);
        self
    }

    /// The name of the table's partition key. Without [`Disturbance::Reorder`] the records of one
    /// partition then keep their order while others may change places; where no name is given, all
    /// records keep theirs.
    #[must_use]
    pub fn partition_key(self, name: &str) -> Self {
        Self { partition_key: Some(name.to_owned()), ..self }
    }

    /// The most records of a batch, at least one; 20 unless set.
    #[must_use]
    pub fn batch_size(self, records: usize) -> Self {
        Self { batch_size: records.max(1), ..self }
    }

    /// How often at most [`Disturbance::Repeat`] has records come again; twice unless set.
    #[must_use]
    pub fn repeats(self, batches: usize) -> Self {
        Self { repeats: batches, ..self }
    }

    /// The consumer works on this batch, counted from 1, and dies before its answer is recorded.
    #[must_use]
    pub fn loses_answer_of(self, batch: usize) -> Self {
        Self { lost_answer: Some(batch), ..self }
    }

    /// After how many failures in a row [`Schedule::run`](crate::Schedule::run) stops; ten unless
    /// set.
    #[must_use]
    pub fn attempts(self, attempts: usize) -> Self {
        Self { attempts, ..self }
    }

    /// What it includes.
    #[must_use]
    pub fn disturbances(&self) -> &Disturbances {
        &self.disturbances
    }
}
