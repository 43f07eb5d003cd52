//! The dispatcher and the sweeper before an ordered bus: `dispatcher/src/ordering.rs`. What is
//! sent, and after what, is decided by their own code, `dispatcher::order`.
//!
//! Trips have nothing to do with each other, so each call here holds one event. That the process
//! remembers what is on the bus, or does not, is open at each batch.

mod passage;

use super::super::scenario::{Consumer, Streams};
use super::super::table::{Partition, Record};
use super::super::world::{World, sort};
use super::dispatcher::{set, takes, unread};
use super::{EventAt, events};
use passage::Passage;

pub(in super::super) use passage::{Answer, Ending};

/// Invocations under way, and calls that nobody waits for and that may still land; in an order that
/// tells nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(in super::super) struct Ordered {
    pub(in super::super) passages: Vec<Passage>,
    pub(in super::super) late: Vec<EventAt>,
}

/// A step of the dispatcher, the sweeper, the stream, the bus or an operator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in super::super) enum OrderStep {
    /// The mapping hands over records. A process may remember what is on the bus.
    Take {
        records: Vec<EventAt>,
        remembers: bool,
    },
    /// A sweep reads the pending events.
    Sweep {
        remembers: bool,
    },
    /// The next event of one trip goes into a call.
    Publish {
        passage: usize,
        way: usize,
        answer: Answer,
    },
    Finish {
        passage: usize,
        ending: Ending,
    },
    /// A call that nobody waits for any more takes effect, or never will.
    Land {
        late: usize,
    },
    Lose {
        late: usize,
    },
    /// A record leaves the stream unread: a trouble.
    Trim(EventAt),
    /// An operator sends a parked event on its way again.
    Redrive(EventAt),
}

impl Ordered {
    pub(in super::super) fn steps(
        world: &World,
        streams: Streams,
        found: &mut impl FnMut(OrderStep),
    ) {
        let Self { passages, late } = &world.ordered;
        let (troubles, sweeps) = (world.troubles > 0, streams.have(Consumer::Sweeper));
        let batches = passages.iter().filter(|passage| !passage.is_sweep()).count();
        for remembers in [false, true] {
            let is_busy = batches >= streams.factor;
            for records in takes(world, streams.batch).into_iter().filter(|_| !is_busy) {
                found(OrderStep::Take { records, remembers });
            }
            let is_swept = passages.iter().any(Passage::is_sweep);
            if sweeps && !is_swept && Passage::sweep(&world.partitions, remembers).moves() {
                found(OrderStep::Sweep { remembers });
            }
        }
        for (number, passage) in passages.iter().enumerate() {
            passage.steps(number, troubles, sweeps, found);
        }
        for late in 0..late.len() {
            found(OrderStep::Land { late });
            found(OrderStep::Lose { late });
        }
        if troubles && sweeps {
            unread(&world.partitions).map(OrderStep::Trim).for_each(&mut *found);
        }
        let parked = events(&world.partitions).filter(|(_, item)| item.is_parked);
        parked.map(|(at, _)| OrderStep::Redrive(at)).for_each(found);
    }
}

impl OrderStep {
    pub(in super::super) fn is_trouble(&self) -> bool {
        match self {
            Self::Publish { answer, .. } => *answer != Answer::Taken,
            Self::Finish { ending, .. } => !matches!(ending, Ending::Done | Ending::Passed),
            Self::Trim(_) => true,
            _ => false,
        }
    }

    /// An operator ends the wait of a trip; without one it is at rest.
    pub(in super::super) fn is_interference(&self) -> bool {
        matches!(self, Self::Trim(_) | Self::Redrive(_))
    }

    pub(in super::super) fn apply(self, world: &mut World) {
        let World { partitions, ordered, .. } = world;
        let Ordered { passages, late } = ordered;
        match self {
            Self::Take { records, remembers } => {
                set(partitions, &records, Record::Taken);
                passages.push(Passage::batch(records, partitions, remembers));
            }
            Self::Sweep { remembers } => passages.push(Passage::sweep(partitions, remembers)),
            Self::Publish { passage, way, answer } => {
                late.extend(passages[passage].publish(way, answer, partitions));
            }
            Self::Finish { passage, ending } => passages.remove(passage).finish(ending, partitions),
            Self::Land { late: landed } => publish(partitions, late.remove(landed), false),
            Self::Lose { late: lost } => drop(late.remove(lost)),
            Self::Trim(at) => set(partitions, &[at], Record::Trimmed),
            Self::Redrive(EventAt { trip, place }) => {
                let item = &mut partitions[trip].outbox[place];
                (item.is_parked, item.is_pending) = (false, true);
            }
        }
        sort(passages);
        sort(late);
    }
}

/// The bus takes an event; it drops a repeat.
fn publish(partitions: &mut [Partition], EventAt { trip, place }: EventAt, by_sweeper: bool) {
    let published = &mut partitions[trip].outbox[place].published;
    if published.times == 0 {
        published.times = 1;
        published.by_sweeper = by_sweeper;
    }
}
