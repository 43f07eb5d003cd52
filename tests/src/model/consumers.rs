//! The consumers of the table's stream: dispatcher, sweeper and projector.

mod call;
mod dispatcher;
mod ordered;
mod projector;
mod sweeper;

use super::table::{OutboxItem, Partition};
use call::Call;

pub(super) use dispatcher::{Dispatch, Dispatcher};
pub(super) use ordered::{OrderStep, Ordered};
pub(super) use projector::{Project, Projector};
pub(super) use sweeper::{Sweep, SweepStep};

/// An event by its trip and its place in the outbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct EventAt {
    trip: usize,
    place: usize,
}

/// Every event of every trip, in order of trip and sequence.
fn events(partitions: &[Partition]) -> impl Iterator<Item = (EventAt, &OutboxItem)> {
    partitions.iter().enumerate().flat_map(|(trip, partition)| {
        let items = partition.outbox.iter().enumerate();
        items.map(move |(place, item)| (EventAt { trip, place }, item))
    })
}

fn is_pending(partitions: &[Partition], at: EventAt) -> bool {
    partitions[at.trip].outbox[at.place].is_pending
}

/// `Outbox::mark_dispatched`: an event that is marked already stays marked.
fn mark(partitions: &mut [Partition], events: &[EventAt]) {
    for EventAt { trip, place } in events {
        partitions[*trip].outbox[*place].is_pending = false;
    }
}
