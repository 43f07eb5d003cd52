//! What a stream consumer reports as failed: an empty or null item identifier would fail the whole
//! batch for ever, so none can be built.

use std::time::Duration;

use bed::{Bed, Booking, answers, batch, faults, reported};
use lambda_kit::stream::{BatchResponse, SequenceNumber, raw};
use proptest::prelude::*;
use saga::Operation::{FlightReserve, HotelReserve, PaymentProcess};
use serde_json::{Value, json};

use super::support::{id, run};
use crate::faults::schedules;

/// What may stand in a record's place for its sequence number.
const DAMAGES: [fn(&mut Value); 7] = [
    |record| drop(record["dynamodb"].as_object_mut().unwrap().remove("SequenceNumber")),
    |record| record["dynamodb"]["SequenceNumber"] = json!(""),
    |record| record["dynamodb"]["SequenceNumber"] = json!(null),
    |record| record["dynamodb"]["SequenceNumber"] = json!(0),
    |record| record["dynamodb"]["SequenceNumber"] = json!([""]),
    |record| record["dynamodb"] = json!(null),
    |record| *record = json!(null),
];

async fn booked() -> Bed {
    let bed = Bed::new().await;
    let task = Booking::new("trip-1").task("alice", "saga-1");
    for step in [FlightReserve, HotelReserve, PaymentProcess] {
        run(&bed, step, task.clone()).await.unwrap();
    }
    bed
}

fn number(record: &Value) -> Option<&str> {
    record["dynamodb"]["SequenceNumber"].as_str().filter(|number| !number.is_empty())
}

/// The batch with the records damaged whose bits are set.
fn damaged(records: &[Value], damage: fn(&mut Value), which: usize) -> Vec<Value> {
    let mut records = records.to_vec();
    let chosen = records.iter_mut().enumerate().filter(|(place, _)| which >> place & 1 == 1);
    chosen.for_each(|(_, record)| damage(record));
    records
}

/// Every damage, on every choice of a batch's records, while nothing can be published or written.
/// What is reported is the first record that can be named, and nothing where none can.
#[tokio::test]
async fn fault_27_only_a_record_that_can_be_named_is_reported() {
    let bed = booked().await;
    let capture = bed.capture(10).await;
    bed.database.inject(faults::always("PutItem", answers::invalid()));
    let (events, trips) = (capture.events(), capture.trips());
    let (dispatcher, mut tried) = (bed.dispatcher().await, 0);
    for damage in DAMAGES {
        for which in 0..1 << events.len() {
            let records = damaged(&events, damage, which);
            // No time is left, so that nothing is published.
            let event = bed.ending_after(Duration::ZERO, batch(&records));
            let answer = dispatcher::handle(&dispatcher, raw(event)).await.unwrap();
            let first = records.iter().find_map(number);
            assert_eq!(reported(&answer), Vec::from_iter(first), "{records:?}");
            tried += 1;
        }
        for which in 0..1 << trips.len() {
            let records = damaged(&trips, damage, which);
            let answer = bed.project(&records).await.unwrap();
            let first = records.iter().find_map(number);
            assert_eq!(reported(&answer), Vec::from_iter(first), "{records:?}");
            tried += 1;
        }
    }
    assert!(bed.bus.published().await.is_empty());
    schedules(27, tried);
}

/// An event whose record cannot be named is not lost: it stays pending, and the sweeper publishes
/// it.
#[tokio::test]
async fn fault_27_an_event_whose_record_cannot_be_named_is_left_to_the_sweeper() {
    let bed = booked().await;
    let events = bed.capture(10).await.events();
    let nameless = damaged(&events, DAMAGES[1], 1);
    assert!(reported(&bed.dispatch(&nameless).await.unwrap()).is_empty());
    assert_eq!(bed.bus.published().await.len(), events.len() - 1);

    bed.clock.advance(Duration::from_secs(20 * 60));
    assert_eq!(bed.sweep().await.unwrap()["published"], 1);
    let mut published = bed.bus.published_of(&id("trip-1")).await;
    published.sort_by_key(|event| event["sequence"].to_string());
    assert_eq!(published, bed.committed(&id("trip-1")).await);
}

proptest! {
    /// The type that a failure is reported by is made of any text but the empty one, and says that
    /// text.
    #[test]
    fn fault_27_an_identifier_is_never_empty(text in ".{0,40}") {
        let answer = SequenceNumber::new(&text).map(BatchResponse::failed_from);
        let identifier = answer.map(|answer| answer.into_json().unwrap());
        let identifier = identifier.map(|json| json["batchItemFailures"][0]["itemIdentifier"].clone());
        prop_assert_eq!(identifier, (!text.is_empty()).then(|| json!(text)));
    }
}
