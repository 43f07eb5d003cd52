//! What the write side costs in DynamoDB's units and calls.
//!
//! Reads are counted as DynamoDB Local answers: a strongly consistent read is one unit for every
//! four kilobytes. What it answers for a transaction does not follow the sizes of the items, so
//! writes are counted by the documented rule: two units for every kilobyte of the larger of the old
//! and the new item, names and values included.
//!
//! Sources: the DynamoDB developer guide, "DynamoDB read and write operations" and "Item sizes and
//! formats".

use std::collections::BTreeMap;

use bed::{Bed, Booking, Request, faults, invocation};
use saga::Operation::{
    self, FlightCancel, FlightReserve, HotelCancel, HotelReserve, PaymentProcess, PaymentRefund,
};
use serde_json::{Value, json};

use super::world::caught;
use crate::counts::size::{LINEAGE, SCHEMAS, bytes};

/// Ids as long as those of production.
const TRIP: &str = "2f1c7a52-5f0e-4d7a-9b51-0d4b6a1d9f10";
const CUSTOMER: &str = "9c1f0c43-7f5a-4f2e-8a87-2f8d3c6b5e21";
const SAGA: &str = "2f1c7a52-5f0e-4d7a-9b51-0d4b6a1d9f10@2026-03-01T01:00:00.120Z";
const TRACE: &str = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1";

/// What the data model asks of an event's item: its keys, what every item carries, its status, and
/// its envelope as it will be published.
const OF_EVENT: [&str; 8] =
    ["PK", "SK", "GSI1PK", "GSI1SK", "entity_type", "schema_version", "status", "detail"];

/// A load of the trip.
const GET: &str = "GetItem";
const PUT: &str = "PutItem";
const COMMIT: &str = "TransactWriteItems";

/// What some calls used of the trips' table.
#[derive(Debug, Default, PartialEq)]
struct Used {
    /// The units of the loads.
    reads: f64,
    /// The units of each item that was written, in order.
    writes: Vec<(String, usize)>,
    /// The calls in order; the sandbox's suppliers put a row of their books.
    calls: Vec<String>,
}

impl Used {
    fn of(reads: f64, writes: &[(&str, usize)], calls: &[&str]) -> Self {
        let writes = writes.iter().map(|(kind, units)| ((*kind).to_owned(), *units)).collect();
        Self { reads, writes, calls: calls.iter().map(ToString::to_string).collect() }
    }
}

struct Counter {
    bed: Bed,
    deps: saga::Deps,
    seen: usize,
    /// The bytes of each item, by its sort key.
    sizes: BTreeMap<String, usize>,
    /// The fewest units for what was written.
    floor: usize,
}

impl Counter {
    async fn new() -> Self {
        let bed = Bed::new().await;
        bed.database.inject(faults::counted());
        let deps = bed.saga_with(&[("EVENT_SCHEMAS", SCHEMAS)]).await;
        Self { deps, bed, seen: 0, sizes: BTreeMap::new(), floor: 0 }
    }

    /// What a step of the trip's booking uses, whose state has `added`.
    async fn step(&mut self, operation: Operation, added: &Value) -> Used {
        let mut payload = Booking::new(TRIP).task(CUSTOMER, SAGA);
        let input = payload["input"].as_object_mut().unwrap();
        input.extend(added.as_object().unwrap().clone());
        let mut event = invocation(payload);
        event.context.xray_trace_id = Some(format!("{TRACE}{LINEAGE}"));
        saga::handle(&self.deps, operation, event).await.unwrap();
        self.used()
    }

    /// What was used since the last look.
    fn used(&mut self) -> Used {
        let calls = self.bed.database.calls().split_off(self.seen);
        self.seen += calls.len();
        let mut used = Used::default();
        for call in calls {
            if call.is_load() {
                used.reads += call.consumed[0]["CapacityUnits"].as_f64().unwrap();
            }
            let actions = call.body["TransactItems"].as_array().into_iter().flatten();
            used.writes.extend(actions.map(|action| self.written(&action["Put"]["Item"])));
            used.calls.push(call.operation);
        }
        used
    }

    /// The kind and the units of an item that is put in a transaction.
    fn written(&mut self, item: &Value) -> (String, usize) {
        let (key, size) = (item["SK"]["S"].as_str().unwrap(), bytes(item));
        let before = self.sizes.insert(key.to_owned(), size).unwrap_or(0);
        let kind = key.split('#').next().unwrap_or_default();
        self.floor += 2 * least(kind, item).div_ceil(1024);
        (kind.to_owned(), 2 * size.max(before).div_ceil(1024))
    }
}

/// The bytes that an item cannot do without: of an event all that the data model asks for; of
/// others less than a kilobyte.
fn least(kind: &str, item: &Value) -> usize {
    if kind != EVENT.0 {
        return 1;
    }
    let asked =
        item.as_object().unwrap().iter().filter(|(name, _)| OF_EVENT.contains(&name.as_str()));
    bytes(&asked.map(|(name, value)| (name.clone(), value.clone())).collect())
}

const ROOT: (&str, usize) = ("METADATA", 2);
const FLIGHT: (&str, usize) = ("FLIGHT", 2);
const HOTEL: (&str, usize) = ("HOTEL", 2);
const PAYMENT: (&str, usize) = ("PAYMENT", 2);
/// An event's item, most of which is its envelope, is larger than a kilobyte for the first three of
/// a booking's events and for that of a failed trip, and smaller for the others.
const EVENT: (&str, usize) = ("OUTBOX", 4);
const SMALL_EVENT: (&str, usize) = ("OUTBOX", 2);

/// A step, what it writes, and its calls.
type Expected = (Operation, &'static [(&'static str, usize)], &'static [&'static str]);

/// A booking: 3 read units, 32 write units for 13 items, 10 calls.
const BOOKING: [Expected; 3] = [
    (FlightReserve, &[ROOT, ROOT, FLIGHT, EVENT], &[GET, COMMIT, PUT, COMMIT]),
    (HotelReserve, &[ROOT, HOTEL, EVENT], &[GET, PUT, COMMIT]),
    (PaymentProcess, &[ROOT, FLIGHT, HOTEL, PAYMENT, EVENT, SMALL_EVENT], &[GET, PUT, COMMIT]),
];

/// The compensation of a booking whose payment gave no answer.
const COMPENSATION: [Expected; 3] = [
    (PaymentRefund, &[ROOT, ROOT, PAYMENT], &[GET, COMMIT, PUT, COMMIT]),
    (HotelCancel, &[ROOT, HOTEL, EVENT], &[GET, PUT, PUT, COMMIT]),
    (FlightCancel, &[ROOT, FLIGHT, EVENT, EVENT], &[GET, PUT, PUT, COMMIT]),
];

impl Counter {
    /// Runs these steps, each of which loads once and uses what is expected of it.
    async fn check(&mut self, steps: &[Expected], added: Value) {
        let (mut met, mut expected) = (Vec::new(), Vec::new());
        for (step, writes, calls) in steps {
            met.push((step.handler_name(), self.step(*step, &added).await));
            expected.push((step.handler_name(), Used::of(1.0, writes, calls)));
        }
        assert_eq!(met, expected);
    }
}

#[tokio::test]
async fn a_step_loads_one_unit_and_writes_each_item_once_a_commit() {
    let mut counter = Counter::new().await;
    counter.check(&BOOKING, json!({})).await;
    counter.check(&BOOKING.map(|(step, ..)| -> Expected { (step, &[], &[GET]) }), json!({})).await;
}

#[tokio::test]
async fn a_compensation_loads_one_unit_a_step_and_writes_each_item_once_a_commit() {
    let mut counter = Counter::new().await;
    counter.check(&BOOKING[..2], json!({})).await;
    counter.check(&COMPENSATION, caught("States.Timeout")).await;
}

#[tokio::test]
async fn a_reader_of_a_trip_uses_one_unit() {
    let mut counter = Counter::new().await;
    counter.check(&BOOKING, json!({})).await;
    let answer = counter.bed.ask(&Request::get(&format!("/trips/{TRIP}")).by(CUSTOMER)).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert_eq!(counter.used(), Used::of(1.0, &[], &[GET]));
}

/// For `cargo xtask bench units`.
#[tokio::test]
async fn figures_of_the_units_of_a_booking_and_of_its_reader() {
    let mut counter = Counter::new().await;
    let (mut reads, mut written) = (0.0, Vec::new());
    for (step, ..) in BOOKING {
        let used = counter.step(step, &json!({})).await;
        reads += used.reads;
        written.extend(used.writes);
    }
    let (units, items) = (written.iter().map(|(_, units)| units).sum::<usize>(), written.len());
    assert!(reads > 0.0 && items > 0);
    let more = units as f64 / counter.floor as f64;
    println!("figure write-units {more} {units} units for {items} items, of {}", counter.floor);
    println!("figure booking-read-units {reads}");
    counter.bed.ask(&Request::get(&format!("/trips/{TRIP}")).by(CUSTOMER)).await;
    println!("figure get-read-units {}", counter.used().reads);
}
