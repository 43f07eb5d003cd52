//! All of a trip's events that are still in the table, each with its status: what an ordered bus's
//! publisher must know before it sends one of them.

use domain::TripId;
use serde_dynamo::Item;

use super::head::sequence;
use super::{Outbox, OutboxRecord, OutboxStatus, decode};
use crate::items::s;
use crate::request::Read;
use crate::{StoreError, keys};

const READING: &str = "reading a trip's events";

/// A trip's events. Those that are missing were dispatched, and expired since: nothing else removes
/// an event.
#[derive(Clone, Debug, Default)]
pub struct TripEvents {
    /// Those that this release can read, in no order.
    pub records: Vec<OutboxRecord>,
    /// The others.
    pub damaged: Vec<DamagedEvent>,
}

/// What can be read of an event that is damaged, or written by a later release.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DamagedEvent {
    /// Its place among the trip's events, from 1.
    pub sequence: Option<u64>,
    /// Its status on the way to the bus.
    pub status: Option<OutboxStatus>,
}

impl Outbox {
    /// All events of a trip, whatever their status. Strongly consistent.
    ///
    /// # Errors
    /// When the table cannot be read.
    pub async fn events_of(&self, trip: &TripId) -> Result<TripEvents, StoreError> {
        let found = self.client.whole(self.of_trip(trip)).await;
        let mut events = TripEvents::default();
        for item in found.map_err(StoreError::of_call(READING))?.items {
            events.add(item);
        }
        Ok(events)
    }

    /// The strongly consistent query for all events of a trip.
    pub(super) fn of_trip(&self, trip: &TripId) -> Read<'_> {
        Read::query(&self.table, "#pk = :trip AND begins_with(#sk, :events)")
            .consistent()
            .name("#pk", keys::PK)
            .name("#sk", keys::SK)
            .value(":trip", s(keys::trip(trip)))
            .value(":events", s(keys::OUTBOX_PREFIX))
    }
}

impl TripEvents {
    fn add(&mut self, item: Item) {
        let damaged = DamagedEvent { sequence: sequence(&item), status: OutboxStatus::of(&item) };
        match decode(item) {
            Ok(record) => self.records.push(record),
            Err(_) => self.damaged.push(damaged),
        }
    }
}
