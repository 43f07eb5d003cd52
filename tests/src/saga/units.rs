//! What the write side costs in DynamoDB's units and calls, as DynamoDB Local counts them.
//!
//! A transaction writes each of its items for two units, if the item has no more than a kilobyte.
//! So its floor is two units for each item that the commit must change. A strongly consistent read
//! of up to four kilobytes is one unit.

use bed::{Bed, Booking, Call, Request, faults, invocation};
use saga::Operation::{
    self, FlightCancel, FlightReserve, HotelCancel, HotelReserve, PaymentProcess, PaymentRefund,
};
use serde_json::{Value, json};

use super::world::caught;

/// Ids as long as those of production.
const TRIP: &str = "2f1c7a52-5f0e-4d7a-9b51-0d4b6a1d9f10";
const CUSTOMER: &str = "9c1f0c43-7f5a-4f2e-8a87-2f8d3c6b5e21";
const SAGA: &str = "2f1c7a52-5f0e-4d7a-9b51-0d4b6a1d9f10@2026-03-01T01:00:00.120Z";
const TRACE: &str =
    "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1;Lineage=a:0";

/// A load of the trip, or a look into the suppliers' books.
const GET: &str = "GetItem";
const PUT: &str = "PutItem";
const COMMIT: &str = "TransactWriteItems";

/// What some calls used of the trips' table.
#[derive(Debug, Default, PartialEq)]
struct Used {
    reads: f64,
    writes: f64,
    /// The writes of GSI1, which no reader waits for.
    index: f64,
    /// The items that the transactions wrote.
    items: usize,
    /// The calls in order; the sandbox's suppliers get and put a row of their books.
    calls: Vec<String>,
}

impl Used {
    /// One load, and commits that write so many items, each at the floor.
    fn at_the_floor(items: u32, index: f64, calls: &[&str]) -> Self {
        let calls = calls.iter().map(ToString::to_string).collect();
        Self { reads: 1.0, writes: 2.0 * f64::from(items), index, items: items as usize, calls }
    }

    /// Adds a call, and what it consumed of the table.
    fn add(&mut self, call: &Call, table: &str) {
        self.calls.push(call.operation.clone());
        for consumed in call.consumed.iter().filter(|of| of["TableName"] == *table) {
            let indexes = consumed["GlobalSecondaryIndexes"].as_object().into_iter().flatten();
            let (own, index) =
                (units(&consumed["Table"]), indexes.map(|(_, of)| units(of)).sum::<f64>());
            if call.operation == COMMIT {
                self.writes += own;
                self.index += index;
                self.items += call.body["TransactItems"].as_array().unwrap().len();
            } else {
                self.reads += own;
            }
        }
    }
}

fn units(of: &Value) -> f64 {
    of["CapacityUnits"].as_f64().unwrap()
}

struct Counter {
    bed: Bed,
    deps: saga::Deps,
    seen: usize,
}

impl Counter {
    async fn new() -> Self {
        let bed = Bed::new().await;
        bed.database.inject(faults::counted());
        Self { deps: bed.saga().await, bed, seen: 0 }
    }

    /// What a step of the trip's booking uses, whose state has `added`.
    async fn step(&mut self, operation: Operation, added: &Value) -> Used {
        let mut payload = Booking::new(TRIP).task(CUSTOMER, SAGA);
        let input = payload["input"].as_object_mut().unwrap();
        input.extend(added.as_object().unwrap().clone());
        let mut event = invocation(payload);
        event.context.xray_trace_id = Some(TRACE.to_owned());
        saga::handle(&self.deps, operation, event).await.unwrap();
        self.used()
    }

    /// What was used since the last look.
    fn used(&mut self) -> Used {
        let calls = self.bed.database.calls().split_off(self.seen);
        self.seen += calls.len();
        let mut used = Used::default();
        calls.iter().for_each(|call| used.add(call, &self.bed.tables.trips));
        used
    }
}

/// A step, the items that it writes, the writes of GSI1, and its calls.
type Expected = (Operation, u32, f64, &'static [&'static str]);

/// A booking: 3 read units, 26 write units, 13 calls.
const BOOKING: [Expected; 3] = [
    (FlightReserve, 4, 5.0, &[GET, COMMIT, GET, PUT, COMMIT]),
    (HotelReserve, 3, 2.0, &[GET, GET, PUT, COMMIT]),
    (PaymentProcess, 6, 4.0, &[GET, GET, PUT, COMMIT]),
];

/// The compensation of a booking whose payment gave no answer.
const COMPENSATION: [Expected; 3] = [
    (PaymentRefund, 3, 4.0, &[GET, COMMIT, GET, PUT, COMMIT]),
    (HotelCancel, 3, 2.0, &[GET, GET, PUT, COMMIT]),
    (FlightCancel, 4, 4.0, &[GET, GET, PUT, COMMIT]),
];

impl Counter {
    /// Runs these steps, which use what is expected of them.
    async fn check(&mut self, steps: &[Expected], added: Value) {
        let (mut met, mut expected) = (Vec::new(), Vec::new());
        for (step, items, index, calls) in steps {
            met.push((step.handler_name(), self.step(*step, &added).await));
            expected.push((step.handler_name(), Used::at_the_floor(*items, *index, calls)));
        }
        assert_eq!(met, expected);
    }
}

#[tokio::test]
async fn a_step_reads_one_unit_and_writes_at_the_floor() {
    let mut counter = Counter::new().await;
    counter.check(&BOOKING, json!({})).await;
    let repeated = BOOKING.map(|(step, ..)| -> Expected { (step, 0, 0.0, &[GET]) });
    counter.check(&repeated, json!({})).await;
}

#[tokio::test]
async fn a_compensation_reads_one_unit_a_step_and_writes_at_the_floor() {
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
    assert_eq!(counter.used(), Used::at_the_floor(0, 0.0, &[GET]));
}
