//! The ways in which a delivery departs from the plain case.

use std::collections::BTreeSet;
use std::fmt;

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};

/// One way in which a stream, its mapping or its consumer departs from the plain case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Disturbance {
    /// Records of different items change places; those of one item keep their order, as DynamoDB
    /// Streams promise it.
    Reorder,
    /// The stream is cut into shards; a child is read when its parent is done.
    Roll,
    /// Batches come minutes or hours late, by [`Delivery::after`](crate::Delivery::after).
    Delay,
    /// Batches are cut at random.
    Split,
    /// All that a shard has left comes in one batch.
    Join,
    /// Batches that were processed come again, also when those behind them were processed, too.
    Repeat,
    /// A batch that failed comes again in halves.
    Bisect,
    /// The consumer dies: before it did anything, at any of its calls, or with its answer.
    Crash,
    /// What the consumer calls fails it, so that it reports what is undone.
    Fail,
}

impl Disturbance {
    /// All there are.
    pub const ALL: [Self; 9] = [
        Self::Reorder,
        Self::Roll,
        Self::Delay,
        Self::Split,
        Self::Join,
        Self::Repeat,
        Self::Bisect,
        Self::Crash,
        Self::Fail,
    ];
}

/// What a schedule includes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Disturbances(BTreeSet<Disturbance>);

impl Disturbances {
    /// Those of a seed: each by the toss of a coin.
    #[must_use]
    pub fn of(seed: u64) -> Self {
        let mut random = StdRng::seed_from_u64(seed);
        Disturbance::ALL.into_iter().filter(|_| random.random_bool(0.5)).collect()
    }

    pub(super) fn add(&mut self, disturbance: Disturbance) {
        self.0.insert(disturbance);
    }

    /// Whether it is among them.
    #[must_use]
    pub fn include(&self, disturbance: Disturbance) -> bool {
        self.0.contains(&disturbance)
    }
}

impl FromIterator<Disturbance> for Disturbances {
    fn from_iter<T: IntoIterator<Item = Disturbance>>(disturbances: T) -> Self {
        Self(disturbances.into_iter().collect())
    }
}

impl fmt::Display for Disturbances {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.0.iter().map(|one| format!("{one:?}").to_lowercase()).collect();
        f.write_str(if names.is_empty() { "nothing" } else { "" })?;
        f.write_str(&names.join(", "))
    }
}
