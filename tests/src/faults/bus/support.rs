//! What the tests of an event's way to the bus have in common: trips and their events,
//! invocations with a deadline, and seeds.

use std::collections::HashMap;
use std::time::Duration;

use aws_sdk_dynamodb::types::AttributeValue;
use bed::{Bed, batch, reported};
use domain::{EventId, TripId};
use lambda_kit::stream::raw;
use lambda_runtime::LambdaEvent;
use rand::SeedableRng;
use rand::rngs::StdRng;
use serde_json::{Value, json};
use store::keys;
use store::outbox::OutboxKey;
use testing::seed;

/// An item as the database holds it.
pub(in crate::faults) type Item = HashMap<String, AttributeValue>;

/// How many events a booking has: flight, hotel, payment, trip.
pub(in crate::faults) const EVENTS: usize = 4;
/// What a test waits until nobody counts on the stream any more.
pub(in crate::faults) const BEYOND_GRACE: Duration = Duration::from_secs(16 * 60);

/// Time enough.
pub(in crate::faults) const LONG: Duration = Duration::from_secs(120);

/// What the functions keep free for answering, parking and marking.
const KEPT_FREE: Duration = Duration::from_millis(3_500);

/// A bed on which so many trips are booked, and the stream records of their events.
pub(in crate::faults) async fn booked(trips: usize) -> (Bed, Vec<Value>) {
    let bed = Bed::new().await;
    let records = booked_on(&bed, trips).await;
    (bed, records)
}

/// The same on a bed that is there already.
pub(in crate::faults) async fn booked_on(bed: &Bed, trips: usize) -> Vec<Value> {
    for number in 0..trips {
        bed.book(&format!("trip-{number}")).await;
    }
    bed::eventually("the stream's events", async || {
        let events = bed.capture(1).await.events();
        (events.len() == trips * EVENTS).then_some(events)
    })
    .await
}

/// The ids of events of these records, those of one trip together and in their order.
pub(in crate::faults) fn by_trip(records: &[Value], mut ids: Vec<String>) -> Vec<String> {
    let keys: Vec<_> = records.iter().map(key_of).collect();
    let trip = |id: &String| keys.iter().find(|key| key.event_id.to_string() == *id);
    ids.sort_by_key(|id| trip(id).map(|key| &key.trip_id));
    ids
}

/// The stream records of one trip.
pub(in crate::faults) fn of_trip(records: &[Value], trip: &TripId) -> Vec<Value> {
    let pk = keys::trip(trip);
    let of_trip = |record: &&Value| record["dynamodb"]["Keys"]["PK"]["S"] == pk;
    records.iter().filter(of_trip).cloned().collect()
}

/// The event that a stream record brings.
pub(in crate::faults) fn key_of(record: &Value) -> OutboxKey {
    let keys = &record["dynamodb"]["Keys"];
    let text = |name: &str| keys[name]["S"].as_str().unwrap();
    let (trip_id, event_id) = keys::parse_outbox(text("PK"), text("SK")).unwrap();
    OutboxKey { trip_id, event_id }
}

/// The ids of the events that stream records bring, in their order.
pub(in crate::faults) fn ids_of(records: &[Value]) -> Vec<String> {
    records.iter().map(|record| key_of(record).event_id.to_string()).collect()
}

/// Where a record stands in its shard.
pub(in crate::faults) fn number_of(record: &Value) -> String {
    record["dynamodb"]["SequenceNumber"].as_str().unwrap().to_owned()
}

/// The ids of what the bus took, in order, as often as it took it.
pub(in crate::faults) async fn published(bed: &Bed) -> Vec<String> {
    let envelopes = bed.bus.published().await;
    envelopes.iter().map(|envelope| envelope["id"].as_str().unwrap().to_owned()).collect()
}

/// Which of the events are marked as dispatched, one by one.
pub(in crate::faults) async fn pending(bed: &Bed, records: &[Value]) -> Vec<EventId> {
    let keys: Vec<_> = records.iter().map(key_of).collect();
    let pending = bed.outbox().still_pending(&keys).await.unwrap();
    keys.into_iter().filter(|key| pending.contains(key)).map(|key| key.event_id).collect()
}

/// An event as the table holds it.
pub(in crate::faults) async fn item(bed: &Bed, key: &OutboxKey) -> Item {
    let get = bed.client.get_item().table_name(&bed.tables.trips).consistent_read(true);
    let get = get.key(keys::PK, AttributeValue::S(keys::trip(&key.trip_id)));
    let get = get.key(keys::SK, AttributeValue::S(keys::outbox(key.event_id)));
    get.send().await.unwrap().item.expect("an event is never removed before it was dispatched")
}

/// Why an event was parked; none where it was not.
pub(in crate::faults) async fn parked_reason(bed: &Bed, key: &OutboxKey) -> Option<String> {
    let item = item(bed, key).await;
    let in_the_index = item.get(keys::GSI1_PK)?.as_s().ok()?.starts_with("OUTBOX#PARKED#");
    let reason = item.get("parked_reason")?.as_s().ok()?;
    in_the_index.then(|| reason.clone())
}

/// Which part of the dispatcher meets the events.
#[derive(Clone, Copy, Debug)]
pub(in crate::faults) enum Way {
    Stream,
    Sweeper,
}

impl Way {
    /// Takes the events to the bus; nothing is left to be taken again.
    pub(in crate::faults) async fn take(self, bed: &Bed, records: &[Value]) {
        self.take_by(bed, &bed.dispatcher().await, records).await;
    }

    /// The same, by a dispatcher with other settings.
    pub(in crate::faults) async fn take_by(
        self,
        bed: &Bed,
        deps: &dispatcher::Deps,
        records: &[Value],
    ) {
        match self {
            Self::Stream => {
                let left = dispatch_within(bed, deps, LONG, records).await;
                assert_eq!(left, [""; 0]);
            }
            Self::Sweeper => {
                bed.clock.advance(BEYOND_GRACE);
                let swept = dispatcher::sweeper::handle(deps, within(bed, LONG, json!({}))).await;
                let report = swept.unwrap();
                assert_eq!((&report["failed"], &report["remaining"]), (&json!(0), &json!(false)));
            }
        }
    }
}

/// Waits until so many of the events are pending: a mark that is under way when the time is up
/// still lands.
pub(in crate::faults) async fn left_pending(bed: &Bed, records: &[Value], count: usize) {
    bed::eventually(&format!("{count} pending events"), async || {
        (pending(bed, records).await.len() == count).then_some(())
    })
    .await;
}

/// Asserts that no event is left to be published, and none is parked.
pub(in crate::faults) async fn assert_all_dispatched(bed: &Bed) {
    let open = bed.outbox().open_counts().await.unwrap();
    assert_eq!((open.pending_events, open.parked_events), (0, 0));
}

/// An invocation with so much time to publish in, by the bed's clock.
pub(in crate::faults) fn within(bed: &Bed, time: Duration, payload: Value) -> LambdaEvent<Value> {
    bed.ending_after(KEPT_FREE + time, payload)
}

/// Hands records to the dispatcher, with so much time to publish in: the records that it reports.
pub(in crate::faults) async fn dispatch_within(
    bed: &Bed,
    deps: &dispatcher::Deps,
    time: Duration,
    records: &[Value],
) -> Vec<String> {
    let event = within(bed, time, batch(records));
    reported(&dispatcher::handle(deps, raw(event)).await.unwrap())
}

/// One random number generator a schedule, from a seed and those that follow it.
pub(in crate::faults) fn seeded(fault: u8, count: usize) -> impl Iterator<Item = StdRng> {
    crate::faults::schedules(fault, count);
    (seed()..).take(count).map(StdRng::seed_from_u64)
}
