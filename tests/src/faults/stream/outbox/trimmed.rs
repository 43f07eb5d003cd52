//! DynamoDB Local says that records were trimmed where none were, and of a shard that has none
//! left.

use bed::{Bed, Fault, answers};
use event_source_mapping::{Progress, ShardProgress};
use store::keys;

use super::gap::Stream;
use super::items::{events, text};
use crate::faults::bus::support::{EVENTS, assert_all_dispatched, ids_of, published};
use crate::logs::Logs;

fn trimmed() -> Fault {
    answers::error(
        400,
        "com.amazonaws.dynamodb.v20120810#TrimmedDataAccessException",
        "The operation attempted to read past the oldest stream record in a shard.",
    )
}

fn only_shard(progress: &Progress) -> &ShardProgress {
    let [shard] = progress.shards.values().collect::<Vec<_>>()[..] else {
        panic!("one shard: {progress:?}")
    };
    shard
}

/// Writes to another table, whose records use up sequence numbers.
async fn write_elsewhere(bed: &Bed) {
    for number in 0..10 {
        let put = bed.client.put_item().table_name(&bed.tables.sandbox);
        let put = put.item(keys::PK, text(format!("elsewhere-{number}"))).item(keys::SK, text("x"));
        put.send().await.unwrap();
    }
}

/// The mapping waits at an empty shard, other tables are written, and then a trip is booked.
/// DynamoDB Local refuses the mapping's iterator as trimmed. Nothing was lost: nobody is told so,
/// and each event is published once.
///
/// Breaks when a reader without a place notes a gap (`stream-replay/src/reader.rs`).
#[tokio::test]
async fn fault_76_an_iterator_that_is_refused_without_a_loss_is_not_an_alarm() {
    let (bed, logs) = (Bed::new().await, Logs::capture());
    let stream = Stream::of(&bed).await;
    let mut consumer = stream.start(&bed).await;
    consumer.caught_up().await;
    write_elsewhere(&bed).await;
    bed.book("trip-1").await;
    let ids = ids_of(&events(&bed, EVENTS).await);
    let progress = consumer.caught_up().await;
    consumer.stop().await;
    let refused =
        bed.database.calls_of("GetRecords").iter().filter(|call| call.status == Some(400)).count();
    assert!(refused > 0, "DynamoDB Local has changed: it refuses no iterator");
    assert_eq!((only_shard(&progress).gaps, &only_shard(&progress).last_error), (0, &None));
    assert_eq!(published(&bed).await, ids);
    assert!(!logs.text().contains("may be lost"), "{}", logs.text());
    assert_all_dispatched(&bed).await;
}

/// Every record of the shard is trimmed, and DynamoDB Local refuses every iterator. The mapping
/// waits, without a word and without an alarm; when there are records again it goes on behind those
/// that it knew.
#[tokio::test]
async fn fault_76_a_shard_without_records_is_waited_out_in_silence() {
    let (bed, logs) = (Bed::new().await, Logs::capture());
    let stream = Stream::consumed(&bed, "trip-1").await;

    bed.database.inject(|call| (call.operation == "GetRecords").then(trimmed));
    let before = logs.text();
    let mut consumer = stream.start(&bed).await;
    let quiet = consumer.caught_up().await;
    assert_eq!((only_shard(&quiet).gaps, &only_shard(&quiet).last_error), (0, &None));
    assert_eq!(logs.text(), before);

    bed.database.heal();
    bed.book("trip-2").await;
    let ids = ids_of(&events(&bed, 2 * EVENTS).await);
    let progress = consumer.caught_up().await;
    consumer.stop().await;
    assert_eq!(only_shard(&progress).gaps, 0);
    assert_eq!(published(&bed).await, ids, "each once");
    assert_all_dispatched(&bed).await;
}

/// DynamoDB Local knows the records of a shard, and refuses the place behind the last of them. They
/// are read from the oldest on, and those that were published are not published again.
#[tokio::test]
async fn fault_76_records_before_a_refused_place_are_not_published_again() {
    let bed = Bed::new().await;
    let stream = Stream::consumed(&bed, "trip-1").await;
    bed.book("trip-2").await;
    let ids = ids_of(&events(&bed, 2 * EVENTS).await);
    let mut calls = 0;
    bed.database.inject(move |call| {
        calls += usize::from(call.operation == "GetRecords");
        (call.operation == "GetRecords" && calls == 1).then(trimmed)
    });
    stream.consume(&bed).await;
    assert_eq!(published(&bed).await, ids, "each once");
}
