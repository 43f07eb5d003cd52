//! What the write side costs in DynamoDB's units, as DynamoDB Local counts them.
//!
//! A transaction writes each of its items for two units, if the item has no more than a kilobyte.
//! So its floor is two units for each item that the commit must change. A strongly consistent read
//! of up to four kilobytes is one unit.

use std::collections::BTreeMap;

use bed::{Bed, Booking, Request, faults, invocation};
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

/// What some calls used of the trips' table.
#[derive(Debug, Default, PartialEq)]
struct Used {
    reads: f64,
    writes: f64,
    /// The writes of GSI1, which no reader waits for.
    index: f64,
    /// The items that the transactions wrote.
    items: usize,
}

impl Used {
    /// Commits that write so many items, each at the floor, and one load.
    fn one_load_and(items: usize, index: f64) -> Self {
        let writes = 2.0 * f64::from(u32::try_from(items).unwrap());
        Self { reads: 1.0, writes, index, items }
    }
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

    /// What a step of the trip's booking uses, whose state has `added`, and how it ends.
    async fn step(&mut self, operation: Operation, added: Value) -> Used {
        let mut event = invocation(Booking::new(TRIP).task(CUSTOMER, SAGA));
        let Value::Object(added) = added else { panic!("an object of fields") };
        event.payload["input"].as_object_mut().unwrap().extend(added);
        event.context.xray_trace_id = Some(TRACE.to_owned());
        // Some steps are refused, which is their answer.
        let _ = saga::handle(&self.deps, operation, event).await;
        self.used()
    }

    /// What was used since the last look.
    fn used(&mut self) -> Used {
        let calls = self.bed.database.calls().split_off(self.seen);
        self.seen += calls.len();
        let mut used = Used::default();
        for call in &calls {
            let of_trips = |table: &&Value| table["TableName"] == *self.bed.tables.trips;
            for table in call.consumed.iter().filter(of_trips) {
                let units = |of: &Value| of["CapacityUnits"].as_f64().unwrap_or_default();
                let indexes = table["GlobalSecondaryIndexes"].as_object();
                let (table, index) =
                    (units(&table["Table"]), indexes.map_or(0.0, |all| all.values().map(units).sum()));
                match call.operation.as_str() {
                    "TransactWriteItems" => {
                        used.writes += table;
                        used.index += index;
                        used.items += call.body["TransactItems"].as_array().unwrap().len();
                    }
                    _ => used.reads += table,
                }
            }
        }
        used
    }
}

#[tokio::test]
async fn a_booking_reads_once_a_step_and_writes_what_must_change() {
    let mut counter = Counter::new().await;
    for operation in [FlightReserve, HotelReserve, PaymentProcess] {
        let used = counter.step(operation, json!({})).await;
        println!("{operation} {used:?}");
        let used = counter.step(operation, json!({})).await;
        println!("{operation} again {used:?}");
    }
    let read = Request::get(&format!("/trips/{TRIP}")).by(CUSTOMER);
    counter.bed.ask(&read).await;
    println!("read {:?}", counter.used());
    let all: BTreeMap<String, usize> = BTreeMap::new();
    drop(all);
    for operation in [PaymentRefund, HotelCancel, FlightCancel] {
        let used = counter.step(operation, caught("States.Timeout")).await;
        println!("{operation} {used:?}");
    }
    panic!("look");
}
