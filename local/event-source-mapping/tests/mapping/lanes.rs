//! Several batches of one shard at once: order for each item, and a position that never passes an
//! open record.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use event_source_mapping::{InMemoryPositions, InvokeError, MappingConfig, PositionStore};
use futures::FutureExt;
use proptest::prelude::*;
use serde_json::{Value, json};
use testing::ScriptedStream;
use tokio::sync::{Barrier, Semaphore};

use crate::function::{Function, sequence_number, sort_key};
use crate::running::{NAME, Running, config, only_shard};
use crate::scripted_client::{client, start};

/// Writes this many versions of this many items, item after item in each round.
fn stream_of(items: usize, versions: usize) -> ScriptedStream {
    let stream = ScriptedStream::with_shards(&[("shard", None)]);
    for version in 0..versions {
        for item in 0..items {
            let image = json!({"version": {"N": version.to_string()}});
            stream.write_image("shard", &item.to_string(), &image);
        }
    }
    stream
}

fn parallel(factor: usize) -> MappingConfig {
    MappingConfig { parallelization_factor: factor, ..config(ScriptedStream::ARN) }
}

fn version(record: &Value) -> usize {
    record["dynamodb"]["NewImage"]["version"]["N"].as_str().unwrap().parse().unwrap()
}

#[tokio::test]
async fn batches_of_one_shard_are_under_way_at_once() {
    let barrier = Arc::new(Barrier::new(2));
    let waiting = barrier.clone();
    // With one batch at a time the first would wait for ever.
    let function = Function::deciding(move |_, _| {
        let waiting = waiting.clone();
        async move {
            waiting.wait().await;
            Ok(Value::Null)
        }
        .boxed()
    });
    let stream = stream_of(20, 1);
    let config = MappingConfig { batch_size: 10_000, ..parallel(2) };
    let mut running = start(&stream, config, &function);
    let shard = running.until_shard(|shard| shard.delivered > 0).await;
    assert!(shard.delivered > 0);
    running.tell_to_stop();
}

#[tokio::test]
async fn a_lane_that_stands_still_holds_the_position_and_no_other_lane() {
    let gate = Arc::new(Semaphore::new(0));
    let closed = gate.clone();
    let function = Function::deciding(move |_, records| {
        let held = records.iter().any(|record| sort_key(record) == "0");
        let closed = closed.clone();
        async move {
            if held {
                drop(closed.acquire().await.unwrap());
            }
            Ok(Value::Null)
        }
        .boxed()
    });
    let stream = stream_of(10, 1);
    let positions = Arc::new(InMemoryPositions::default());
    let config = || MappingConfig { batch_size: 1, ..parallel(10) };
    let mut running = Running::start(config(), &client(&stream), &function, &positions);
    let held = running.until_shard(|shard| shard.delivered >= 5).await;
    assert_eq!((held.position, positions.load(NAME, "shard").await.unwrap()), (None, None));
    gate.add_permits(100);
    let shard = only_shard(&running.drained().await);
    assert_eq!((shard.delivered, shard.position), (10, Some(format!("{:021}", 10))));
}

#[tokio::test]
async fn a_crash_hands_over_again_what_the_position_has_not_passed() {
    let function = Function::deciding(|_, records| {
        let held = records.iter().any(|record| sort_key(record) == "3");
        async move { if held { std::future::pending().await } else { Ok(Value::Null) } }.boxed()
    });
    let stream = stream_of(10, 1);
    let positions = Arc::new(InMemoryPositions::default());
    let config = || MappingConfig { batch_size: 1, ..parallel(10) };
    let mut running = Running::start(config(), &client(&stream), &function, &positions);
    running.until_shard(|shard| shard.position.is_some() && shard.delivered >= 6).await;
    running.crash();
    let saved = positions.load(NAME, "shard").await.unwrap().unwrap();
    assert!(saved < format!("{:021}", 4), "{saved} is beyond the record that is open");
    let after = Function::obliging();
    Running::start(config(), &client(&stream), &after, &positions).drained().await;
    let again: Vec<_> = after.records().iter().map(sequence_number).collect();
    assert!(again.contains(&format!("{:021}", 4)) && again.iter().all(|number| *number > saved));
}

/// Fails every call whose number is listed. It checks the order of each item's versions and that
/// the position passes no record that has not been processed, and records those that have.
fn checking(
    failing: Vec<bool>,
    positions: Arc<InMemoryPositions>,
) -> (Arc<Function>, Arc<Mutex<BTreeMap<String, usize>>>) {
    let done = Arc::new(Mutex::new(BTreeMap::new()));
    let noted = done.clone();
    let function = Function::answering(move |call, records| {
        let saved = positions.load(NAME, "shard").now_or_never().unwrap().unwrap();
        let mut done = noted.lock().unwrap();
        for record in records {
            assert!(saved < Some(sequence_number(record)), "{saved:?} is unprocessed");
        }
        if failing.get(call).copied().unwrap_or_default() {
            return Err(InvokeError::new("Flaky", "again"));
        }
        for record in records {
            let next = done.entry(sort_key(record)).or_insert(0);
            assert_eq!(version(record), *next, "item {}", sort_key(record));
            *next += 1;
        }
        Ok(Value::Null)
    });
    (function, done)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn every_item_keeps_its_order_in_any_number_of_lanes(
        factor in 1..11_usize,
        items in 1..8_usize,
        versions in 1..6_usize,
        batch_size in 1..6_usize,
        bisect_on_error: bool,
        failing in proptest::collection::vec(any::<bool>(), 0..20),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let stream = stream_of(items, versions);
            let positions = Arc::new(InMemoryPositions::default());
            let (function, done) = checking(failing, positions.clone());
            let config = MappingConfig { batch_size, bisect_on_error, ..parallel(factor) };
            let mut running = Running::start(config, &client(&stream), &function, &positions);
            let shard = only_shard(&running.drained().await);
            prop_assert!(done.lock().unwrap().values().all(|done| *done == versions));
            prop_assert_eq!(shard.delivered, (items * versions) as u64);
            prop_assert_eq!(shard.position, Some(format!("{:021}", items * versions)));
            running.stop().await;
            Ok(())
        })?;
    }
}
