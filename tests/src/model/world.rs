//! The state of the model: tables, suppliers, executions, functions under way, stream consumers.

use std::hash::{DefaultHasher, Hash, Hasher};

use domain::Trip;

use super::books::Books;
use super::consumers::{Dispatcher, Ordered, Projector, Sweep};
use super::execution::{Execution, Invocation};
use super::kept::Kept;
use super::table::Partition;

/// Everything that anybody can tell from anything else.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct World {
    /// TripSagaTable, by trip.
    pub(super) partitions: Vec<Partition>,
    /// What the suppliers know, by saga.
    pub(super) books: Vec<Books>,
    pub(super) executions: Vec<Execution>,
    /// Functions that go on although nobody waits for them; in an order that tells nothing.
    pub(super) strays: Vec<Invocation>,
    /// How many more invocations may end without their caller knowing how.
    pub(super) unknown_outcomes: u8,
    pub(super) dispatcher: Dispatcher,
    pub(super) sweep: Option<Sweep>,
    /// Dispatcher and sweeper in their place, before an ordered bus.
    pub(super) ordered: Ordered,
    pub(super) projector: Projector,
    /// How much more may go wrong behind the stream.
    pub(super) troubles: u8,
}

impl World {
    pub(super) fn trip(&self, trip: usize) -> Option<&Kept<Trip>> {
        self.partitions[trip].trip.as_ref()
    }

    /// Every invocation under way, whether somebody waits for it or not.
    pub(super) fn invocations(&self) -> impl Iterator<Item = &Invocation> {
        self.executions.iter().filter_map(Execution::invocation).chain(&self.strays)
    }

    /// Whether a function is under way.
    pub(super) fn is_busy(&self) -> bool {
        self.sweep.is_some()
            || !self.dispatcher.batches.is_empty()
            || !self.ordered.passages.is_empty()
            || !self.ordered.late.is_empty()
            || !self.projector.batches.is_empty()
            || !self.projector.strays.is_empty()
            || self.invocations().next().is_some()
    }

    pub(super) fn goes_astray(&mut self, invocation: Invocation) {
        self.strays.push(invocation);
        // Two worlds whose strays differ in their order only are one.
        sort(&mut self.strays);
    }
}

/// Brings things whose order tells nothing into one that is always the same.
pub(super) fn sort<T: Hash>(things: &mut [T]) {
    if things.len() > 1 {
        things.sort_by_cached_key(|thing| {
            let mut hasher = DefaultHasher::new();
            thing.hash(&mut hasher);
            hasher.finish()
        });
    }
}
