//! Booked trips, the stream that they left on DynamoDB Local, and the consumers that read it again
//! and again.

use std::collections::BTreeSet;
use std::time::Duration;

use aws_sdk_dynamodb::types::AttributeValue;
use bed::{Bed, Booking, PATIENCE, invocation};
use domain::{Timestamp, TripId};
use event_source_mapping::{Backoff, MappingConfig, Polling};
use lambda_kit::config::name;
use saga::Operation;
use serde_json::Value;
use testing::ScriptedStream;

use super::consumer::{Function, Kind};

/// The records of one booking: three commits, each the trip, a member and its events, of which the
/// last has two.
const RECORDS_A_TRIP: usize = 10;
const STEPS: [Operation; 3] =
    [Operation::FlightReserve, Operation::HotelReserve, Operation::PaymentProcess];

pub(super) struct World {
    pub(super) bed: Bed,
    /// The stream's records, in order.
    pub(super) records: Vec<Value>,
    trips: Vec<TripId>,
    dispatcher: dispatcher::Deps,
    projector: projector::Deps,
}

impl World {
    /// So many trips, booked with their steps interleaved.
    pub(super) async fn booked(trips: usize) -> Self {
        let bed = Bed::new().await;
        let trips: Vec<_> = (0..trips).map(|number| format!("trip-{number}")).collect();
        book(&bed, &trips).await;
        let records = bed.capture(RECORDS_A_TRIP * trips.len()).await.records;
        let trips = trips.iter().map(|trip| TripId::parse(trip).unwrap()).collect();
        let (dispatcher, projector) = (bed.dispatcher().await, bed.projector().await);
        Self { bed, records, trips, dispatcher, projector }
    }

    pub(super) fn function(&self, kind: Kind) -> Function {
        match kind {
            Kind::Dispatcher => Function::Dispatcher(self.dispatcher.clone()),
            Kind::Projector => Function::Projector(self.projector.clone()),
        }
    }

    /// Takes the view and the bus back to where they know nothing; returns what the bus had before.
    pub(super) async fn forget(&self) -> usize {
        for trip in &self.trips {
            let key = AttributeValue::S(trip.as_str().to_owned());
            let delete = self.bed.client.delete_item().table_name(&self.bed.tables.search);
            delete.key("trip_id", key).send().await.unwrap();
        }
        self.bed.bus.published().await.len()
    }

    /// The ids of the events that the bus has taken since.
    pub(super) async fn published_since(&self, before: usize) -> BTreeSet<String> {
        ids(&self.bed.bus.published().await[before..])
    }

    /// The ids of the events that were committed.
    pub(super) async fn committed(&self) -> BTreeSet<String> {
        let mut committed = BTreeSet::new();
        for trip in &self.trips {
            committed.extend(ids(&self.bed.committed(trip).await));
        }
        committed
    }

    /// Asserts that the bus has every event and no other, and that the view is the fold of the
    /// trips.
    pub(super) async fn assert_converged(&self, before: usize) {
        assert_eq!(self.published_since(before).await, self.committed().await);
        assert_eq!(self.bed.rows().await, self.bed.fold().await);
    }
}

async fn book(bed: &Bed, trips: &[String]) {
    let patience = PATIENCE.as_millis().to_string();
    let saga = bed.saga_with(&[(name::SUPPLIER_TIMEOUT_MS, &patience)]).await;
    for step in STEPS {
        for trip in trips {
            let task = Booking::new(trip).task("alice", "saga-1");
            saga::handle(&saga, step, invocation(task)).await.unwrap();
        }
    }
}

fn ids(envelopes: &[Value]) -> BTreeSet<String> {
    envelopes.iter().map(|envelope| envelope["id"].as_str().unwrap().to_owned()).collect()
}

/// When a record was written, as its stream tells it.
pub(super) fn written(record: &Value) -> Timestamp {
    let seconds = record["dynamodb"]["ApproximateCreationDateTime"].as_f64().unwrap();
    Timestamp::from_millis((seconds * 1_000.0) as i64)
}

/// A mapping that loses no time. [`super::play::play`] gives it its name and filter.
pub(super) fn config() -> MappingConfig {
    let millis = Duration::from_millis;
    MappingConfig {
        polling: Polling {
            busy: millis(1),
            idle: millis(5),
            discovery: millis(20),
            ..Polling::default()
        },
        retry: Backoff { first: millis(1), cap: millis(5) },
        ..MappingConfig::new("", ScriptedStream::ARN)
    }
}
