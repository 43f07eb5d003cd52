//! An invocation's time runs out in the middle of a batch.

use std::time::Duration;

use bed::{Fault, Sandbox, reported};
use serde_json::{Value, json};

use super::booked::Booked;

/// A function keeps 1.5 seconds of its time free to answer in.
const MARGIN: Duration = Duration::from_millis(1_500);
/// The dispatcher keeps so much more free of publishing, to park and to mark in.
const RESERVE: Duration = Duration::from_secs(2);
/// What is left to work in.
const WORK: Duration = Duration::from_millis(1_500);
/// Longer than any invocation.
const SLOW: Fault = Fault::Delay(Duration::from_secs(60));

/// The bus becomes so slow that its second call would outlast the invocation. The dispatcher stops
/// before its time is over and reports the first event that is not published. What it did is
/// marked, and the batch comes again from there.
#[tokio::test]
async fn fault_28_a_dispatcher_on_a_slow_bus_answers_in_time_with_the_first_undone_event() {
    let booked = Booked::new(3).await;
    let dispatcher = booked.dispatcher(4, 900).with_timeout(WORK + MARGIN + RESERVE);
    dispatcher.invoke(&json!({ "Records": [] })).await.unwrap();
    let mut calls = 0;
    booked.bed.events.inject(move |_| {
        calls += 1;
        (calls > 1).then_some(SLOW)
    });
    let batch = booked.events(&booked.trips);
    let answer = dispatcher.invoke(&batch).await.unwrap();
    assert_eq!(booked.bed.bus.published().await.len(), 4, "the first call");
    assert_eq!(reported(&answer), [number(&batch, 4)]);
    let open = booked.bed.outbox().open_counts().await.unwrap();
    assert_eq!(open.pending_events, 8, "what was published is marked");

    booked.bed.events.heal();
    assert_eq!(reported(&again(&dispatcher, &batch, 4).await), [""; 0]);
    for trip in &booked.trips {
        booked.assert_published(trip).await;
    }
    assert_eq!(booked.bed.bus.published().await.len(), 12);
    assert_eq!(dispatcher.starts(), 1, "it was never killed");
}

/// The database does not answer for one trip of the batch. The projector writes the others, stops
/// before its time is over, and reports that trip's first record.
#[tokio::test]
async fn fault_28_a_projector_on_a_slow_table_answers_in_time_with_the_first_undone_trip() {
    let booked = Booked::new(3).await;
    let projector = booked.projector().with_timeout(WORK + MARGIN);
    projector.invoke(&json!({ "Records": [] })).await.unwrap();
    let (batch, slow) = (booked.states(&booked.trips), &booked.trips[1]);
    let item = slow.to_string();
    booked
        .bed
        .database
        .inject(move |call| (call.body["Item"]["trip_id"]["S"] == item).then_some(SLOW));
    let answer = projector.invoke(&batch).await.unwrap();
    let first = first_about(&batch, slow.as_str());
    assert_eq!(reported(&answer), [number(&batch, first)]);
    let written: Vec<_> = booked.bed.rows().await.into_keys().collect();
    assert_eq!(written, [booked.trips[0].clone(), booked.trips[2].clone()]);

    booked.bed.database.heal();
    assert_eq!(reported(&again(&projector, &batch, first).await), [""; 0]);
    assert_eq!(booked.bed.rows().await, booked.bed.fold().await);
    assert_eq!(projector.starts(), 1, "it was never killed");
}

/// Hands over what is left of a batch from that place on.
async fn again(consumer: &Sandbox, batch: &Value, from: usize) -> Value {
    let rest = &batch["Records"].as_array().unwrap()[from..];
    consumer.invoke(&bed::batch(rest)).await.unwrap()
}

fn number(batch: &Value, place: usize) -> String {
    batch["Records"][place]["dynamodb"]["SequenceNumber"].as_str().unwrap().to_owned()
}

fn first_about(batch: &Value, trip: &str) -> usize {
    let about = |record: &Value| record["dynamodb"]["NewImage"]["trip_id"]["S"] == trip;
    batch["Records"].as_array().unwrap().iter().position(about).unwrap()
}
