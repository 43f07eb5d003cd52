//! Booked trips and their stream, and the dispatcher and the projector as processes on them.

use std::collections::BTreeSet;

use bed::{Bed, Capture, Sandbox, batch, eventually};
use domain::TripId;
use lambda_kit::clock::SystemClock;
use lambda_kit::config::name;
use saga::Operation;
use serde_json::Value;

use super::step::{event, here};
use super::{DISPATCHER, PROJECTOR};

/// How many events a booking has, and how many commits.
pub(super) const EVENTS: usize = 4;
pub(super) const COMMITS: usize = 4;

/// Trips that are confirmed, and nobody but the stream knows.
pub(super) struct Booked {
    pub(super) bed: Bed,
    pub(super) trips: Vec<TripId>,
    stream: Capture,
}

impl Booked {
    /// Books so many trips, as of now.
    pub(super) async fn new(trips: usize) -> Self {
        let bed = Bed::new().await;
        let trips: Vec<_> =
            (0..trips).map(|number| TripId::parse(&format!("trip-{number}")).unwrap()).collect();
        bed.clock.set(domain::Clock::now(&SystemClock));
        let saga = here(&bed).await;
        for trip in &trips {
            for operation in
                [Operation::FlightReserve, Operation::HotelReserve, Operation::PaymentProcess]
            {
                saga::handle(&saga, operation, event(trip)).await.unwrap();
            }
        }
        let stream = eventually("all bookings in the stream", async || {
            let stream = bed.capture(1).await;
            let all = stream.events().len() == EVENTS * trips.len()
                && stream.trips().len() == COMMITS * trips.len();
            all.then_some(stream)
        })
        .await;
        Self { bed, trips, stream }
    }

    /// A dispatcher whose calls to the bus carry so many events, and which takes those of an
    /// earlier second for old: the sweeper may have been there before.
    pub(super) fn dispatcher(&self, entries: usize, grace_seconds: u32) -> Sandbox {
        let settings = self.bed.settings_with(&[
            (name::PUT_EVENTS_MAX_ENTRIES, &entries.to_string()),
            (name::SWEEP_GRACE_SECONDS, &grace_seconds.to_string()),
        ]);
        Sandbox::new(DISPATCHER, "dispatcher", &settings)
    }

    /// A dispatcher with these other settings.
    pub(super) fn dispatcher_with(&self, changes: &[(&str, &str)]) -> Sandbox {
        Sandbox::new(DISPATCHER, "dispatcher", &self.bed.settings_with(changes))
    }

    /// The batch that brings the last events of a trip, from this one on.
    pub(super) fn last_events(&self, trip: &TripId, from: usize) -> Value {
        batch(&about(std::slice::from_ref(trip), self.stream.events()).split_off(from))
    }

    pub(super) fn projector(&self) -> Sandbox {
        Sandbox::new(PROJECTOR, "projector", &self.bed.settings())
    }

    /// The batch that brings the events of these trips.
    pub(super) fn events(&self, trips: &[TripId]) -> Value {
        batch(&about(trips, self.stream.events()))
    }

    /// The batch that brings the states of these trips.
    pub(super) fn states(&self, trips: &[TripId]) -> Value {
        batch(&about(trips, self.stream.trips()))
    }

    /// Asserts that the bus has got every event of a trip, in order and under its one id, once or
    /// more often, and that the outbox knows.
    pub(super) async fn assert_published(&self, trip: &TripId) {
        let committed = self.bed.committed(trip).await;
        let (mut seen, mut first) = (BTreeSet::new(), Vec::new());
        for event in self.bed.bus.published_of(trip).await {
            assert!(committed.contains(&event), "{trip} never committed {event}");
            if seen.insert(event["id"].to_string()) {
                first.push(event);
            }
        }
        assert_eq!(first, committed, "{trip}");
        let outbox = self.bed.outbox().timeline(trip).await.unwrap().events;
        assert!(outbox.iter().all(|event| event.dispatched_at.is_some()), "{trip}");
    }
}

fn about(trips: &[TripId], mut records: Vec<Value>) -> Vec<Value> {
    let keys: Vec<_> = trips.iter().map(store::keys::trip).collect();
    records.retain(|record| keys.iter().any(|key| record["dynamodb"]["Keys"]["PK"]["S"] == *key));
    records
}
