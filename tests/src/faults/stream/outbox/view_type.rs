//! A stream that was turned on with another view type: its records have no images.

use aws_sdk_dynamodb::types::{StreamSpecification, StreamViewType};
use bed::{Bed, reported};
use event_source_mapping::has_new_images;
use lambda_kit::metrics::recorded;
use serde_json::{Value, json};

use super::gap::Stream;
use crate::faults::bus::support::{
    BEYOND_GRACE, EVENTS, assert_all_dispatched, ids_of, pending, published,
};
use crate::logs::Logs;

/// A bed whose trips' stream carries keys and nothing else, and the records of a booking.
async fn with_keys_only() -> (Bed, Vec<Value>) {
    let bed = Bed::new().await;
    update(&bed, StreamSpecification::builder().stream_enabled(false)).await;
    let keys_only = StreamViewType::KeysOnly;
    update(&bed, StreamSpecification::builder().stream_enabled(true).stream_view_type(keys_only))
        .await;
    bed.book("trip-1").await;
    let events = bed::eventually("the stream's events", async || {
        Some(bed.capture(1).await.events()).filter(|events| events.len() == EVENTS)
    })
    .await;
    (bed, events)
}

async fn update(bed: &Bed, stream: aws_sdk_dynamodb::types::builders::StreamSpecificationBuilder) {
    let update = bed.client.update_table().table_name(&bed.tables.trips);
    update.stream_specification(stream.build().unwrap()).send().await.unwrap();
}

/// The dispatcher gets events without their content. It publishes none and parks none; the sweeper
/// reads them from the table.
#[tokio::test]
async fn fault_74_events_without_images_stay_pending_until_they_are_swept() {
    let (bed, records) = with_keys_only().await;
    assert!(records.iter().all(|record| record["dynamodb"]["NewImage"].is_null()), "{records:?}");
    let (answer, told) = recorded(bed.dispatch(&records)).await;
    assert_eq!(reported(&answer.unwrap()), [""; 0]);
    assert_eq!((told["RecordsWithoutImage"], told["StreamsWithoutImages"]), (EVENTS as u64, 1));
    assert_eq!(pending(&bed, &records).await.len(), EVENTS);
    assert_eq!(bed.outbox().open_counts().await.unwrap().parked_events, 0);

    bed.clock.advance(BEYOND_GRACE);
    assert_eq!(bed.sweep().await.unwrap()["published"], json!(EVENTS));
    assert_eq!(published(&bed).await, ids_of(&records));
    assert_all_dispatched(&bed).await;
}

/// The projector gets changes without what they changed. It says so, and keeps nothing aside.
#[tokio::test]
async fn fault_74_changes_without_images_are_told_and_hold_up_nothing() {
    let (bed, _) = with_keys_only().await;
    let records = bed.capture(1).await.trips();
    let (answer, told) = recorded(bed.project(&records)).await;
    assert_eq!(reported(&answer.unwrap()), [""; 0]);
    assert_eq!((told["RecordsWithoutImage"], told["StreamsWithoutImages"]), (3, 1));
    assert!(bed.rows().await.is_empty());
}

/// The runtime looks at the stream when it starts.
#[tokio::test]
async fn fault_74_a_stream_without_images_is_told_at_the_start() {
    let logs = Logs::capture();
    let whole = Bed::new().await;
    whole.system().await.stop().await;
    let told = "has no new images";
    assert!(!logs.text().contains(told), "{}", logs.text());

    let (bed, _) = with_keys_only().await;
    let stream = Stream::of(&bed).await;
    assert!(!has_new_images(&stream.client, &stream.arn).await.unwrap());
    bed.system().await.stop().await;
    assert!(logs.text().contains(told), "{}", logs.text());
}
