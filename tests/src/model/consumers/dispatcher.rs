//! The dispatcher behind its mapping: `dispatcher/src/handler.rs` and `dispatcher/src/delivery.rs`.
//!
//! Each OUTBOX record is an item of its own, so a batch may hold any records in any order, and as
//! many batches are under way as the parallelization factor allows.

use super::super::scenario::{Consumer, Streams};
use super::super::table::{Partition, Record};
use super::super::world::{World, sort};
use super::{Call, EventAt, events, is_pending, mark};

/// The batches under way; in an order that tells nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(in super::super) struct Dispatcher {
    pub(in super::super) batches: Vec<Batch>,
}

/// One invocation of the dispatcher.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(in super::super) struct Batch {
    /// What the mapping handed over.
    records: Vec<EventAt>,
    /// What of it is published, once it was not published before.
    call: Call,
}

/// A step of the dispatcher, of its mapping or of the stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in super::super) enum Dispatch {
    /// The mapping hands over records; an old batch asks first which events are still pending.
    Take {
        records: Vec<EventAt>,
        asks: bool,
    },
    /// The bus takes the events; that it leaves one is a trouble.
    Publish {
        batch: usize,
        left: Option<usize>,
    },
    Finish {
        batch: usize,
        finish: Finish,
    },
    /// A record leaves the stream unread: a trouble.
    Trim(EventAt),
}

/// How a batch ends. All but the first two are troubles.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum Finish {
    /// What was published is marked; from what was left on, every record comes again.
    Done,
    /// As `Done`, but what was left is left to the sweeper: no record comes again.
    Passed,
    /// As `Done`, but the marks fail.
    Unmarked,
    /// What was published is marked, and the checkpoint is lost: every record comes again.
    Repeated,
    /// The function dies before it marks: every record comes again.
    Crashed,
}

impl Dispatcher {
    pub(in super::super) fn steps(
        world: &World,
        streams: Streams,
        found: &mut impl FnMut(Dispatch),
    ) {
        let batches = &world.dispatcher.batches;
        if batches.len() < streams.factor {
            for records in takes(world, streams.batch) {
                let knows = records.iter().any(|at| !is_pending(&world.partitions, *at));
                if knows && streams.have(Consumer::Sweeper) {
                    found(Dispatch::Take { records: records.clone(), asks: true });
                }
                found(Dispatch::Take { records, asks: false });
            }
        }
        if world.troubles > 0 && streams.have(Consumer::Sweeper) {
            unread(&world.partitions).map(Dispatch::Trim).for_each(&mut *found);
        }
        for (batch, under_way) in batches.iter().enumerate() {
            under_way.steps(batch, world.troubles > 0, streams.have(Consumer::Sweeper), found);
        }
    }
}

impl Batch {
    fn steps(&self, batch: usize, troubles: bool, sweeps: bool, found: &mut impl FnMut(Dispatch)) {
        if !self.call.is_made() {
            for left in self.call.answers(troubles) {
                found(Dispatch::Publish { batch, left });
            }
            return;
        }
        let badly = [Finish::Unmarked, Finish::Repeated, Finish::Crashed];
        let badly = badly.into_iter().filter(|_| troubles);
        let passed = self.call.left_event().filter(|_| sweeps).map(|_| Finish::Passed);
        for finish in [Finish::Done].into_iter().chain(passed).chain(badly) {
            found(Dispatch::Finish { batch, finish });
        }
    }

    /// What the checkpoint leaves behind it: the records before the first that is not done.
    fn done(&self) -> usize {
        let left = self.call.left_event();
        let place = left.and_then(|left| self.records.iter().position(|record| *record == left));
        place.unwrap_or(self.records.len())
    }
}

impl Dispatch {
    pub(in super::super) fn is_trouble(&self) -> bool {
        match self {
            Self::Take { .. } => false,
            Self::Publish { left, .. } => left.is_some(),
            Self::Finish { finish, .. } => !matches!(finish, Finish::Done | Finish::Passed),
            Self::Trim(_) => true,
        }
    }

    pub(in super::super) fn apply(self, world: &mut World) {
        let World { partitions, dispatcher, .. } = world;
        match self {
            Self::Take { records, asks } => {
                let mut events = records.clone();
                events.retain(|at| !asks || is_pending(partitions, *at));
                set(partitions, &records, Record::Taken);
                dispatcher.batches.push(Batch { records, call: Call::of(events) });
            }
            Self::Publish { batch, left } => {
                dispatcher.batches[batch].call.make(partitions, left, false);
            }
            Self::Finish { batch, finish } => {
                finish.apply(&dispatcher.batches.remove(batch), partitions);
            }
            Self::Trim(at) => set(partitions, &[at], Record::Trimmed),
        }
        sort(&mut dispatcher.batches);
    }
}

impl Finish {
    fn apply(self, batch: &Batch, partitions: &mut [Partition]) {
        if matches!(self, Self::Done | Self::Passed | Self::Repeated) {
            mark(partitions, &batch.call.taken());
        }
        let done = match self {
            Self::Done | Self::Unmarked => batch.done(),
            Self::Passed => batch.records.len(),
            Self::Repeated | Self::Crashed => 0,
        };
        set(partitions, &batch.records[..done], Record::Read);
        set(partitions, &batch.records[done..], Record::Unread);
    }
}

/// What a batch may hold: one record or two, in any order. Their order tells nothing where the bus
/// takes whatever it is given.
pub(super) fn takes(world: &World, longest: usize) -> Vec<Vec<EventAt>> {
    let unread: Vec<_> = unread(&world.partitions).collect();
    let mut takes: Vec<_> = unread.iter().map(|one| vec![*one]).collect();
    for (at, one) in unread.iter().enumerate().filter(|_| longest > 1) {
        for other in &unread[..at] {
            takes.push(vec![*other, *one]);
            if world.troubles > 0 {
                takes.push(vec![*one, *other]);
            }
        }
    }
    takes
}

pub(super) fn unread(partitions: &[Partition]) -> impl Iterator<Item = EventAt> {
    let unread = events(partitions).filter(|(_, item)| item.record == Record::Unread);
    unread.map(|(at, _)| at)
}

pub(super) fn set(partitions: &mut [Partition], events: &[EventAt], record: Record) {
    for EventAt { trip, place } in events {
        partitions[*trip].outbox[*place].record = record;
    }
}
