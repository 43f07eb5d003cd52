//! Shards that end and split: children wait for their parent, and no record between them is lost.

use std::sync::Arc;
use std::time::Duration;

use event_source_mapping::{InMemoryPositions, InvokeError, MappingConfig, StartingPosition};
use serde_json::Value;
use stream_replay::Capture;
use testing::ScriptedStream;

use crate::function::Function;
use crate::running::{Running, config, only_shard};
use crate::scripted_client::{client, start};

const ARN: &str = ScriptedStream::ARN;

/// A shard that has split in two, one of which has split again.
fn family() -> ScriptedStream {
    let tree = [("c1", Some("b1")), ("b1", Some("a")), ("b2", Some("a")), ("a", None)];
    let stream = ScriptedStream::with_shards(&tree);
    for (shard, count) in [("a", 5), ("b1", 2), ("b2", 2), ("c1", 1)] {
        (1..=count).for_each(|n| drop(stream.write(shard, &format!("{shard}-{n}"))));
    }
    stream.close("a");
    stream.close("b1");
    stream
}

fn place(seen: &[String], record: &str) -> usize {
    seen.iter().position(|key| key == record).unwrap()
}

#[tokio::test]
async fn children_are_read_after_their_parent_even_while_it_fails() {
    let stream = family();
    let function = Function::answering(|call, _| match call {
        0..8 => Err(InvokeError::new("Flaky", "again")),
        _ => Ok(Value::Null),
    });
    let mut running = start(&stream, config(ARN), &function);
    let progress = running.drained().await;
    let seen = function.seen();
    assert!(seen[..13].iter().all(|key| key.starts_with("a-")), "{seen:?}");
    assert!(place(&seen, "b1-2") < place(&seen, "c1-1"));
    let finished = |id: &str| progress.shards[id].finished;
    assert_eq!(["a", "b1", "b2", "c1"].map(finished), [true, true, false, false]);
    let delivered: u64 = progress.shards.values().map(|shard| shard.delivered).sum();
    assert_eq!(delivered, 10);
}

#[tokio::test]
async fn a_shard_that_splits_while_it_is_read_is_followed_by_its_children() {
    let stream = ScriptedStream::with_shards(&[("a", None)]);
    stream.write("a", "a-1");
    let function = Function::obliging();
    let mut running = start(&stream, config(ARN), &function);
    running.drained().await;
    stream.add_shard("b", Some("a"));
    stream.write("b", "b-1");
    stream.write("a", "a-2");
    stream.close("a");
    running.drained().await;
    assert_eq!(function.seen(), ["a-1", "a-2", "b-1"]);
}

#[tokio::test]
async fn a_stream_is_not_drained_before_the_children_of_an_ended_shard_are_found() {
    let stream = ScriptedStream::with_shards(&[("a", None)]);
    let function = Function::obliging();
    let mut config = config(ARN);
    config.polling.discovery = Duration::from_secs(300);
    let mut running = start(&stream, config, &function);
    running.drained().await;
    stream.fail("DescribeStream", &["InternalServerError"; 40]);
    stream.add_shard("b", Some("a"));
    stream.write("b", "b-1");
    stream.close("a");
    // Only the end of the shard makes the mapping list them again.
    let ended = running.until(|progress| progress.last_error.is_some()).await;
    assert!(!only_shard(&ended).is_idle());
    running.drained().await;
    assert_eq!(function.seen(), ["b-1"]);
}

#[tokio::test]
async fn a_start_at_the_latest_record_still_reads_later_children_from_their_beginning() {
    let stream = ScriptedStream::with_shards(&[("a", None)]);
    stream.write("a", "a-1");
    let function = Function::obliging();
    let positions = Arc::new(InMemoryPositions::default());
    let config = || MappingConfig { start: StartingPosition::Latest, ..config(ARN) };
    let mut running = Running::start(config(), &client(&stream), &function, &positions);
    running.drained().await;
    stream.write("a", "a-2");
    running.drained().await;
    running.stop().await;
    stream.add_shard("b", Some("a"));
    stream.write("b", "b-1");
    stream.close("a");
    let mut running = Running::start(config(), &client(&stream), &function, &positions);
    running.drained().await;
    assert_eq!(function.seen(), ["a-2", "b-1"]);
}

#[tokio::test]
async fn a_finished_shard_is_not_handed_over_again_after_a_restart() {
    let stream = family();
    let positions = Arc::new(InMemoryPositions::default());
    let (first, second) = (Function::obliging(), Function::obliging());
    let mut running = Running::start(config(ARN), &client(&stream), &first, &positions);
    running.drained().await;
    running.stop().await;
    stream.write("c1", "c1-2");
    Running::start(config(ARN), &client(&stream), &second, &positions).drained().await;
    assert_eq!((first.seen().len(), second.seen()), (10, vec!["c1-2".to_owned()]));
}

#[tokio::test]
async fn a_capture_holds_every_shard_parents_first() {
    let capture = Capture::of_stream(&client(&family()), ARN).await.unwrap();
    let seen: Vec<_> = capture.records().map(crate::function::sort_key).collect();
    let order = ["a-1", "a-2", "a-3", "a-4", "a-5", "b1-1", "b1-2", "c1-1"];
    assert!(order.is_sorted_by_key(|record| place(&seen, record)), "{seen:?}");
    let order = ["a-5", "b2-1", "b2-2"];
    assert!(order.is_sorted_by_key(|record| place(&seen, record)), "{seen:?}");
    assert_eq!(seen.len(), 10);
}
