//! Fresh tables, trips that are booked at a chosen time, their stream, and the dispatcher on them.

use std::sync::Arc;
use std::time::{Duration, Instant};

use aws_sdk_dynamodb::types::AttributeValue;
use aws_sdk_dynamodbstreams::Client as StreamsClient;
use bed::{Booking, access_key, dynamodb_local, unique_name};
use dispatcher::{Deps, Limits, Settings};
use domain::command::{ProcessPayment, ReserveFlight, ReserveHotel, SupplierAnswer};
use domain::{Claim, Clock, Command, CustomerId, EventId, SagaId, Timestamp, TripId};
use event_source_mapping::{replay, stream_of_table};
use lambda_kit::clients::sdk_config;
use lambda_kit::config::{Config, name};
use lambda_runtime::{Context, LambdaEvent};
use serde_json::{Value, json};
use store::outbox::{Outbox, OutboxKey, TimelineEntry};
use store::schema::{Tables, create_all};
use store::{Client, TripStore, keys};

use super::bus::Bus;

/// How many events a booking has: flight, hotel, payment, trip.
pub(super) const EVENTS: usize = 4;
pub(super) const A_MINUTE: Duration = Duration::from_secs(60);
pub(super) const AN_HOUR: Duration = Duration::from_secs(60 * 60);

/// How long the stream may take to show what was committed.
const PATIENCE: Duration = Duration::from_secs(30);

/// The moment at which every test takes place.
#[derive(Debug)]
struct Noon;

impl Clock for Noon {
    fn now(&self) -> Timestamp {
        "2026-01-15T12:00:00Z".parse().unwrap()
    }
}

pub(super) struct World {
    pub(super) bus: Arc<Bus>,
    pub(super) outbox: Outbox,
    pub(super) deps: Deps,
    trips: TripStore,
    client: Client,
    streams: StreamsClient,
    table: String,
}

impl World {
    /// A world whose calls to the bus carry two events at most, so that a batch takes several.
    pub(super) async fn new() -> Self {
        let (url, tables) = (dynamodb_local().await.url(), Tables::prefixed(&unique_name("d")));
        let config = sdk_config(&config(url, &tables), "dynamodb").await;
        let (client, streams) = (store::client(&config), StreamsClient::new(&config));
        create_all(&client, &tables).await.unwrap();
        let (bus, table) = (Arc::new(Bus::default()), tables.trips);
        let outbox = Outbox::new(client.clone(), &table).with_retention(AN_HOUR);
        let limits = Limits { entries: 2, ..Limits::default() };
        let settings = Settings { limits, ..Settings::default() };
        let deps = Deps::new(Arc::new(outbox.clone()), bus.clone(), Arc::new(Noon), settings);
        let trips = TripStore::new(client.clone(), &table);
        Self { bus, outbox, deps, trips, client, streams, table }
    }

    /// Books a trip, so long ago: three commits, a millisecond apart.
    pub(super) async fn book(&self, trip: &TripId, age: Duration) {
        let details = Booking::new(trip.as_str()).details();
        let claim = Claim {
            trip_id: trip.clone(),
            customer_id: CustomerId::parse("alice").unwrap(),
            saga_id: SagaId::parse("saga-1").unwrap(),
        };
        let at = Noon.now().as_millis() - i64::try_from(age.as_millis()).unwrap();
        let flight = ReserveFlight { claim: claim.clone(), details: details.clone() };
        self.commit(&flight, at).await;
        let hotel = ReserveHotel { claim: claim.clone(), details: details.clone() };
        self.commit(&hotel, at + 1).await;
        self.commit(&ProcessPayment { claim, details }, at + 2).await;
    }

    async fn commit(&self, command: &impl Command<Answer = SupplierAnswer>, at: i64) {
        let trip = self.trips.load(&command.claim().trip_id).await.unwrap();
        let answer = SupplierAnswer::Accepted { reference: "supplier-1".to_owned() };
        let change = command.apply(trip.as_ref(), &answer, Timestamp::from_millis(at));
        self.trips.commit(&change).await.unwrap();
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
        let delete = self.client.delete_item().table_name(&self.table);
        let delete = delete.key(keys::PK, AttributeValue::S(pk));
        delete.key(keys::SK, AttributeValue::S(sk)).send().await.unwrap();
    }

    /// Every record of the stream, once it shows as many of that name for events.
    pub(super) async fn stream(&self, name: &str, events: usize) -> Vec<Value> {
        let stream = stream_of_table(&self.streams, &self.table).await.unwrap().unwrap();
        let started = Instant::now();
        loop {
            let records = replay(&self.streams, &stream).await.unwrap();
            if records.iter().filter(|record| is_of_event(record, name)).count() == events {
                return records;
            }
            assert!(started.elapsed() < PATIENCE, "no {events} records {name} of events");
            tokio::task::yield_now().await;
        }
    }

    /// Hands a batch to the dispatcher. The sequence number that it reports, if it does.
    pub(super) async fn dispatch(&self, records: &[Value]) -> Option<String> {
        let event = LambdaEvent::new(json!({ "Records": records }), Context::default());
        let answer = dispatcher::handle(&self.deps, event).await.unwrap();
        let failure = answer["batchItemFailures"].as_array().unwrap().first()?;
        Some(failure["itemIdentifier"].as_str().unwrap().to_owned())
    }

    /// Asserts that a trip's events were published once, in order and as they were committed, and
    /// that all of them are marked.
    #[track_caller]
    pub(super) fn assert_dispatched(&self, trip: &TripId, committed: &[TimelineEntry]) {
        let envelopes: Vec<_> = committed.iter().map(|event| event.envelope.clone()).collect();
        assert_eq!(envelopes.len(), EVENTS);
        assert_eq!(self.bus.envelopes(trip), envelopes);
        assert!(committed.iter().all(|event| event.dispatched_at == Some(Noon.now())));
    }
}

fn config(url: &str, tables: &Tables) -> Config {
    Config::from_map([
        (name::AWS_REGION, "eu-west-1"),
        (name::AWS_ACCESS_KEY_ID, &access_key(tables)),
        (name::AWS_SECRET_ACCESS_KEY, "local"),
        ("AWS_ENDPOINT_URL_DYNAMODB", url),
    ])
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
