//! A bed whose dispatcher publishes to a bus in memory, and trips that are booked at a chosen time.

use std::sync::Arc;
use std::time::Duration;

use aws_sdk_dynamodb::types::AttributeValue;
use bed::{Bed, Booking, batch, eventually, invocation, reported};
use dispatcher::{Deps, Limits, Settings};
use domain::{Clock, EventId, Timestamp, TripId};
use lambda_kit::stream::raw;
use serde_json::Value;
use store::keys;
use store::outbox::{Marks, Outbox, OutboxKey, TimelineEntry};
use testing::claim;

use super::bus::Bus;

/// How many events a booking has: flight, hotel, payment, trip.
pub(super) const EVENTS: usize = 4;
pub(super) const A_MINUTE: Duration = Duration::from_secs(60);
pub(super) const AN_HOUR: Duration = Duration::from_secs(60 * 60);

pub(super) struct World {
    pub(super) bus: Arc<Bus>,
    pub(super) outbox: Outbox,
    pub(super) marks: Marks,
    pub(super) deps: Deps,
    bed: Bed,
}

impl World {
    /// A world whose calls to the bus carry two events at most, so that a batch takes several.
    pub(super) async fn new() -> Self {
        let (bed, bus) = (Bed::new().await, Arc::new(Bus::default()));
        let (table, outbox, marks) = (Arc::new(bed.table()), bed.outbox(), bed.marks());
        let limits = Limits { entries: 2, ..Limits::default() };
        let settings = Settings { limits, ..Settings::default() };
        let deps = Deps::new(table, bus.clone(), bed.clock.clone(), settings);
        Self { bus, outbox, marks, deps, bed }
    }

    /// A world in which the trips of these numbers were booked so long ago.
    pub(super) async fn booked<const N: usize>(
        numbers: [u32; N],
        age: Duration,
    ) -> (Self, [TripId; N]) {
        let (world, trips) = (Self::new().await, trips(numbers));
        for trip in &trips {
            world.book(trip, age).await;
        }
        (world, trips)
    }

    /// Books a trip, so long ago: three commits, a millisecond apart.
    pub(super) async fn book(&self, trip: &TripId, age: Duration) {
        let claim = claim(trip.as_str(), "alice", "saga-1");
        let began = self.bed.clock.now().as_millis() - i64::try_from(age.as_millis()).unwrap();
        let at = [0, 1, 2].map(|millis| Timestamp::from_millis(began + millis));
        for change in testing::book(claim, Booking::new(trip.as_str()).details(), at) {
            self.bed.commit(&change).await;
        }
    }

    /// A trip's events as the table holds them, in order.
    pub(super) async fn committed(&self, trip: &TripId) -> Vec<TimelineEntry> {
        self.outbox.timeline(trip).await.unwrap().events
    }

    /// The keys of a trip's events, in order.
    pub(super) async fn keys(&self, trip: &TripId) -> Vec<OutboxKey> {
        let events = self.committed(trip).await.into_iter();
        let ids =
            events.map(|event| EventId::parse(event.envelope["id"].as_str().unwrap()).unwrap());
        ids.map(|event_id| OutboxKey { trip_id: trip.clone(), event_id }).collect()
    }

    /// Takes an event out of the table, as its time to live does.
    pub(super) async fn expire(&self, event: &OutboxKey) {
        let (pk, sk) = (keys::trip(&event.trip_id), keys::outbox(event.event_id));
        let delete = self.bed.client.delete_item().table_name(&self.bed.tables.trips);
        let delete = delete.key(keys::PK, AttributeValue::S(pk));
        delete.key(keys::SK, AttributeValue::S(sk)).send().await.unwrap();
    }

    /// Every record of the stream, once it shows as many of that name for events.
    pub(super) async fn stream(&self, name: &str, events: usize) -> Vec<Value> {
        eventually(&format!("{events} records {name} of events"), async || {
            let records = self.bed.capture(1).await.records;
            let of_events = records.iter().filter(|record| is_of_event(record, name)).count();
            (of_events == events).then_some(records)
        })
        .await
    }

    /// Hands a batch to the dispatcher. The sequence number that it reports, if it does.
    pub(super) async fn dispatch(&self, records: &[Value]) -> Option<String> {
        let answer = dispatcher::handle(&self.deps, raw(invocation(batch(records)))).await.unwrap();
        reported(&answer).into_iter().next()
    }

    /// Asserts that the events of each trip were published once, in order and as they were
    /// committed, and that all of them are marked.
    pub(super) async fn assert_dispatched(&self, trips: impl IntoIterator<Item = &TripId>) {
        let now = self.bed.clock.now();
        for trip in trips {
            let committed = self.committed(trip).await;
            let envelopes: Vec<_> = committed.iter().map(|event| event.envelope.clone()).collect();
            assert_eq!(envelopes.len(), EVENTS, "{trip}");
            assert_eq!(self.bus.envelopes(trip), envelopes, "{trip}");
            assert!(committed.iter().all(|event| event.dispatched_at == Some(now)), "{trip}");
        }
    }

    /// Asserts that no event waits to be dispatched, and none is parked.
    pub(super) async fn assert_nothing_is_open(&self) {
        assert!(self.outbox.open_counts().await.unwrap().is_empty());
    }
}

/// The trips of these numbers.
pub(super) fn trips<const N: usize>(numbers: [u32; N]) -> [TripId; N] {
    numbers.map(|number| TripId::parse(&format!("trip-{number}")).unwrap())
}

/// Whether this is a record of that name about an event.
pub(super) fn is_of_event(record: &Value, name: &str) -> bool {
    let sort_key = record["dynamodb"]["Keys"]["SK"]["S"].as_str().unwrap();
    record["eventName"] == name && sort_key.starts_with(keys::OUTBOX_PREFIX)
}

/// The record with which an event entered the table, and where it stands.
pub(super) fn place_of<'a>(records: &'a [Value], event: &OutboxKey) -> (usize, &'a Value) {
    let sort_key = keys::outbox(event.event_id);
    let inserted = |record: &Value| {
        is_of_event(record, "INSERT") && record["dynamodb"]["Keys"]["SK"]["S"] == sort_key
    };
    let place = records.iter().position(inserted).unwrap();
    (place, &records[place])
}
