//! What was delivered long ago is delivered again: from the stream, and from the bus's archive.

use bed::{Bed, Booking, book_on, reported, settled_system};
use event_bus::{Filter, Position};
use futures::TryStreamExt;
use lambda_kit::config::name;
use local::System;
use serde_json::{Value, json};

use super::life::{COMMITS, Life, states};
use super::seen::{Everything, calls_since, tables, view, written_since};
use crate::faults::bus::support::BEYOND_GRACE;

const LIVES: usize = 3;
/// So that a trip's records are spread over several batches.
const BATCH: usize = 7;

/// The whole stream is replayed, in order and backwards. The projector asks once for each trip of a
/// batch, and no write takes effect: every table is the same byte for byte. The dispatcher asks
/// what of the old events is still pending, and publishes nothing.
#[tokio::test]
async fn fault_38_a_replayed_stream_changes_no_byte_and_publishes_nothing() {
    let bed = Bed::new().await;
    Life::whole(&bed, LIVES).await;
    states(&bed, LIVES * COMMITS).await;
    let mut records = bed.capture(1).await.records;
    bed.dispatch(&bed.capture(1).await.events()).await.unwrap();
    bed.project(&records).await.unwrap();
    let before = Everything::of(&bed).await;
    assert_eq!(view(&bed).await.len(), LIVES);

    bed.clock.advance(BEYOND_GRACE);
    for _ in 0..2 {
        for batch in records.chunks(BATCH) {
            replay(&bed, batch).await;
        }
        records.reverse();
    }
    assert_eq!(Everything::of(&bed).await, before);
}

/// Hands a batch to both consumers. Nothing but looking takes effect.
async fn replay(bed: &Bed, batch: &[Value]) {
    let earlier = bed.database.calls().len();
    let projected = bed.project(batch).await.unwrap();
    assert_eq!((reported(&projected), written_since(bed, earlier)), (vec![], vec![]));
    let asked = calls_since(bed, earlier);
    assert!(asked.len() <= LIVES, "one call a trip: {asked:?}");

    let earlier = bed.database.calls().len();
    assert_eq!(reported(&bed.dispatch(batch).await.unwrap()), [""; 0]);
    let asked = calls_since(bed, earlier);
    assert!(asked.iter().all(|call| call.operation == "BatchGetItem"), "{asked:?}");
}

/// The archive's events are put on the bus of a running system once more. Nothing in it follows the
/// bus: its tables stay as they are, byte for byte, and it publishes no more than what was
/// replayed.
///
/// Breaks when `local/src/system.rs` gives the bus a consumer that books, projects or publishes.
#[tokio::test(flavor = "multi_thread")]
async fn fault_38_a_replayed_archive_has_no_effect_on_the_system() {
    let (bed, system) = Bed::with_system().await;
    book_on(&system, &Booking::new("trip-1")).await;
    book_on(&system, &Booking::new("trip-2").with_sandbox(json!({"payment": "declined"}))).await;
    settled_system(&bed, &system).await;
    let (before, events) = (tables(&bed).await, archived(&system).await);
    assert!(!events.is_empty());

    for event in &events {
        put(&system, event).await;
    }
    system.idle().await.unwrap();
    assert_eq!(details(&archived(&system).await), details(&[&events[..], &events[..]].concat()));
    assert_eq!(tables(&bed).await, before);
    system.stop().await;
}

/// Every event of the bus, as a subscriber gets it.
async fn archived(system: &System) -> Vec<Value> {
    let events = system.bus().archive().replay(Position::START, Filter::default());
    let read =
        |event: event_bus::ArchivedEvent| serde_json::from_str(event.event.as_str()).unwrap();
    events.map_ok(read).try_collect().await.unwrap()
}

fn details(events: &[Value]) -> Vec<&Value> {
    events.iter().map(|event| &event["detail"]).collect()
}

/// Puts an event as EventBridge's replay does: with what it said, once more.
async fn put(system: &System, event: &Value) {
    let entry = json!({
        "Source": event["source"],
        "DetailType": event["detail-type"],
        "Detail": event["detail"].to_string(),
        "EventBusName": system.config().require(name::EVENT_BUS).unwrap(),
    });
    let request = reqwest::Client::builder().no_proxy().build().unwrap().post(&system.urls().aws);
    let request = request.header("Content-Type", "application/x-amz-json-1.1");
    let request = request.header("X-Amz-Target", "AWSEvents.PutEvents");
    let answer = request.json(&json!({ "Entries": [entry] })).send().await.unwrap();
    let answer: Value = answer.json().await.unwrap();
    assert_eq!(answer["FailedEntryCount"], json!(0), "{answer}");
}
