//! Records that are given up: they are kept for an operator, and are not lost.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::Ordering::SeqCst;
use std::sync::atomic::{AtomicBool, AtomicUsize};
use std::time::Duration;

use bed::{Call, answers, faults};
use serde_json::{Value, json};
use store::keys;

use super::consumer::{Kind, Mood, Whim};
use super::family::Family;
use super::journal::number;
use super::kept::payload;
use super::play::{Plan, Played, play};
use super::world::{World, config, written};

const SIX_HOURS: Duration = Duration::from_secs(6 * 60 * 60);
const HALF_A_DAY: Duration = Duration::from_secs(12 * 60 * 60);

/// The bus refuses one event for good, and the table does not let it be parked. Bisecting leaves
/// its record alone, and only that one reaches the destination, with its payload; all others are
/// published. Sent to the dispatcher again once both are well, it is published too.
///
/// Breaks when a discarded batch is settled without having been kept
/// (`local/event-source-mapping/src/delivery.rs`).
#[tokio::test]
async fn fault_26_a_record_out_of_retries_is_kept_alone_and_redriving_it_converges() {
    let world = World::booked(2).await;
    let (before, wanted) = (world.forget().await, wanted(&world, Kind::Dispatcher));
    let stuck = &wanted[3];
    let sort_key = stuck["dynamodb"]["Keys"]["SK"]["S"].as_str().unwrap();
    let id = sort_key.strip_prefix(keys::OUTBOX_PREFIX).unwrap().to_owned();
    let refused = id.clone();
    world.bed.bus.refuse(move |entry| {
        let is_stuck = entry.detail.as_ref().is_some_and(|detail| detail.contains(&refused));
        is_stuck.then_some("MalformedDetail")
    });
    world.bed.database.inject(faults::always("UpdateItem", answers::invalid()));
    let mut config = config();
    (config.bisect_on_error, config.max_retry_attempts) = (true, Some(0));
    let plan = Plan { config, ..Plan::default() };
    let played = play(&world, Kind::Dispatcher, &Family::single(&world.records), plan).await;

    assert_kept(&played, &[stuck], "RetryAttemptsExhausted");
    let others: BTreeSet<_> =
        world.committed().await.into_iter().filter(|other| *other != id).collect();
    assert_eq!(world.published_since(before).await, others);
    world.bed.bus.accept_all();
    world.bed.database.heal();
    world.bed.dispatch(&payload(&played.kept.records()[0])).await.unwrap();
    assert_eq!(world.published_since(before).await, world.committed().await);
}

/// The view cannot be written for longer than a record may wait. What is too old by then reaches
/// the destination, range by range; what is younger is written. Sent to the projector again, the
/// old records bring the view to the fold of the trips.
///
/// Breaks when a record's age is not looked at, or a payload holds other records than its range
/// (`local/event-source-mapping/src/discard.rs`).
#[tokio::test]
async fn fault_26_records_that_grew_too_old_are_kept_as_ranges_and_redriving_them_converges() {
    let mut world = World::booked(3).await;
    world.bed.clock.set(written(&world.records[0]));
    let family = half_a_day_apart(&mut world);
    let wanted = family.of(|record| Kind::Projector.wants(record)).records();
    let (old, young) = wanted.split_at(wanted.len() - 2);
    let mut config = config();
    (config.bisect_on_error, config.max_record_age) = (true, Some(SIX_HOURS));
    let plan = Plan { config, whim: outage(&world), ..Plan::default() };
    let played = play(&world, Kind::Projector, &family, plan).await;

    assert_kept(&played, &old.iter().collect::<Vec<_>>(), "RecordAgeExceeded");
    assert!(played.kept.records().len() > 1, "the batch was bisected before");
    played.journal.assert_all_done(young);
    let (rows, fold) = (world.bed.rows().await, world.bed.fold().await);
    assert_eq!((rows.len(), fold.len()), (2, 3));
    for record in played.kept.records() {
        world.bed.project(&payload(&record)).await.unwrap();
    }
    assert_eq!(world.bed.rows().await, fold);
}

/// The records in one shard, of which the last two of trips were written half a day after the
/// others.
fn half_a_day_apart(world: &mut World) -> Family {
    let mut trips: Vec<_> = world.records.iter_mut().collect();
    trips.retain(|record| Kind::Projector.wants(record));
    for record in trips.into_iter().rev().take(2) {
        let written = &mut record["dynamodb"]["ApproximateCreationDateTime"];
        *written = json!(written.as_f64().unwrap() + HALF_A_DAY.as_secs_f64());
    }
    Family::single(&world.records)
}

/// The view's table fails three invocations. With the fourth the table is well, and half a day has
/// passed.
fn outage(world: &World) -> Whim {
    let (is_out, clock) = (Arc::new(AtomicBool::new(true)), world.bed.clock.clone());
    let (strikes, table) = (Arc::clone(&is_out), world.bed.tables.search.clone());
    world.bed.database.inject(move |call: &Call| {
        (strikes.load(SeqCst) && call.body["TableName"] == *table).then(answers::invalid)
    });
    let invocations = AtomicUsize::new(0);
    Arc::new(move |_| match invocations.fetch_add(1, SeqCst) {
        0..3 => Mood::Well,
        3 => {
            is_out.store(false, SeqCst);
            clock.advance(HALF_A_DAY);
            Mood::FailsBefore
        }
        _ => Mood::Well,
    })
}

fn wanted(world: &World, kind: Kind) -> Vec<Value> {
    Family::single(&world.records).of(|record| kind.wants(record)).records()
}

/// Asserts that the destination has these records and no others, in their order and each batch with
/// the range that it holds.
fn assert_kept(played: &Played, records: &[&Value], condition: &str) {
    let kept = played.kept.records();
    let payloads: Vec<_> = kept.iter().flat_map(payload).collect();
    assert_eq!(
        payloads.iter().map(content).collect::<Vec<_>>(),
        records.iter().map(|record| content(record)).collect::<Vec<_>>()
    );
    for batch in &kept {
        let (records, info) = (payload(batch), &batch["DDBStreamBatchInfo"]);
        assert_eq!(batch["requestContext"]["condition"], condition);
        assert_eq!(info["batchSize"], records.len());
        assert_eq!(info["startSequenceNumber"], json!(number(&records[0])));
        assert_eq!(info["endSequenceNumber"], json!(number(&records[records.len() - 1])));
        assert_eq!((&info["shardId"], &batch["version"]), (&json!("shard"), &json!("1.0")));
    }
    let discarded: u64 = played.progress.shards.values().map(|shard| shard.discarded).sum();
    assert_eq!(discarded, records.len() as u64);
}

/// What a record tells, and where it stood.
fn content(record: &Value) -> [&Value; 4] {
    ["SequenceNumber", "Keys", "OldImage", "NewImage"].map(|field| &record["dynamodb"][field])
}
