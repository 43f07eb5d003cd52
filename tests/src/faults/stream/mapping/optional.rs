//! Records that lack what AWS marks as optional.

use rand::Rng;
use serde_json::Value;

use super::consumer::Kind;
use super::family::Family;
use super::play::{Plan, play};
use super::schedules;
use super::world::World;

/// What a record may lack, of itself and of its `dynamodb`.
const OF_RECORD: [&str; 5] =
    ["eventID", "eventVersion", "eventSource", "awsRegion", "eventSourceARN"];
const OF_CHANGE: [&str; 4] =
    ["ApproximateCreationDateTime", "OldImage", "SizeBytes", "StreamViewType"];

fn remove(from: &mut Value, field: &str) {
    from.as_object_mut().unwrap().remove(field);
}

fn stripped(record: &Value, mut is_missing: impl FnMut() -> bool) -> Value {
    let mut record = record.clone();
    OF_RECORD.iter().filter(|_| is_missing()).for_each(|field| remove(&mut record, field));
    let change = &mut record["dynamodb"];
    OF_CHANGE.iter().filter(|_| is_missing()).for_each(|field| remove(change, field));
    record
}

/// Each record lacks some of it at random, and in one schedule all of it. The mapping and both
/// consumers get through every one.
///
/// Breaks when a record without an id is refused (`stream-replay/src/lambda.rs`), or
/// when a consumer insists on a region or a size (`lambda-kit/src/stream.rs`).
#[tokio::test]
async fn fault_72_records_without_what_is_optional_are_processed_like_any_other() {
    let mut world = World::booked(2).await;
    let whole = world.records.clone();
    for (schedule, mut random) in schedules(72).enumerate() {
        let strip = |record| stripped(record, || schedule == 0 || random.random_bool(0.5));
        world.records = whole.iter().map(strip).collect();
        let before = world.forget().await;
        let family = Family::single(&world.records);
        for kind in Kind::BOTH {
            let played = play(&world, kind, &family, Plan::default()).await;
            assert!(played.kept.records().is_empty());
        }
        world.assert_converged(before).await;
    }
}
