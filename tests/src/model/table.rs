//! TripSagaTable, one partition a trip: the root with its members, and the outbox.

use domain::event::Event;
use domain::{Change, Trip};

use super::kept::Kept;

/// One trip's items.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Partition {
    pub(super) trip: Option<Kept<Trip>>,
    pub(super) outbox: Vec<OutboxItem>,
}

/// One event, its record in the stream, and what the bus has seen of it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct OutboxItem {
    pub(super) event: Kept<Event>,
    pub(super) is_pending: bool,
    /// Only an operator moves it.
    pub(super) is_parked: bool,
    pub(super) record: Record,
    pub(super) published: Published,
}

/// Where the event's INSERT record stands. It is an item of its own, so it has no order with
/// others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Record {
    Unread,
    /// In a batch that is under way.
    Taken,
    /// Past the checkpoint.
    Read,
    /// It left the stream unread.
    Trimmed,
}

/// What the bus has seen of an event, always under the id that the item holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Published {
    pub(super) times: u8,
    pub(super) by_sweeper: bool,
}

impl Partition {
    /// The one transactional write: conditioned on the version that the change was decided on
    /// (`guarded_root` in `store/src/trips/transaction.rs`). Whether it was committed.
    pub(super) fn commit(&mut self, change: &Change) -> bool {
        let expected = change.before.as_ref().map(|trip| trip.state().version);
        if self.trip.as_ref().map(|trip| trip.state().version) != expected {
            return false;
        }
        self.outbox.extend(change.events.iter().cloned().map(OutboxItem::new));
        self.trip = Some(Kept::new(change.trip.clone()));
        true
    }

    /// Everything so far was published and marked.
    pub(super) fn is_dispatched(&mut self) {
        for item in &mut self.outbox {
            item.is_pending = false;
            item.record = Record::Read;
            item.published.times = 1;
        }
    }

    /// The events' types, in order.
    pub(super) fn event_types(&self) -> impl Iterator<Item = &'static str> {
        self.outbox.iter().map(|item| item.event.fact.event_type())
    }
}

impl OutboxItem {
    fn new(event: Event) -> Self {
        let (record, published) = (Record::Unread, Published::default());
        Self { event: Kept::new(event), is_pending: true, is_parked: false, record, published }
    }
}
