//! A stream whose calls fail: reading continues at its place, and losses are reported.

use std::sync::Arc;

use event_source_mapping::{InMemoryPositions, PositionStore, ShardProgress};
use serde_json::json;
use testing::ScriptedStream;

use crate::function::Function;
use crate::running::{NAME, Running, config, only_shard};
use crate::scripted_client::{client, start};

const ARN: &str = ScriptedStream::ARN;
const SHARD: &str = "shard";

fn stream_of(records: usize) -> (ScriptedStream, Vec<String>) {
    let stream = ScriptedStream::with_shards(&[(SHARD, None)]);
    let numbers = (0..records).map(|n| stream.write(SHARD, &n.to_string())).collect();
    (stream, numbers)
}

/// A function, and a mapping that has handed it all records of the stream.
async fn caught_up(stream: &ScriptedStream) -> (Arc<Function>, Running) {
    let function = Function::obliging();
    let mut running = start(stream, config(ARN), &function);
    running.drained().await;
    (function, running)
}

/// Writes one more record, and waits until the mapping has met every fault and read it.
async fn read_on(stream: &ScriptedStream, record: &str, running: &mut Running) -> ShardProgress {
    stream.write(SHARD, record);
    let progress = running.drained().await;
    assert!(stream.all_faults_met());
    only_shard(&progress)
}

/// What the function has seen, and how many gaps there are, once a read of a mapping that had seen
/// four records has failed like this and a fifth was written.
async fn seen_after(failure: &'static str) -> (Vec<String>, u64) {
    let (stream, _) = stream_of(4);
    let (function, mut running) = caught_up(&stream).await;
    stream.fail("GetRecords", &[failure]);
    let shard = read_on(&stream, "4", &mut running).await;
    (function.seen(), shard.gaps)
}

/// The texts of the first records of a stream.
fn numbers(count: usize) -> Vec<String> {
    (0..count).map(|number| number.to_string()).collect()
}

/// A function, and a mapping whose position is at this record.
async fn start_after(number: &str, stream: &ScriptedStream) -> (Arc<Function>, Running) {
    let (function, positions) = (Function::obliging(), Arc::new(InMemoryPositions::default()));
    positions.save(NAME, SHARD, number).await.unwrap();
    let running = Running::start(config(ARN), &client(stream), &function, &positions);
    (function, running)
}

#[tokio::test]
async fn failing_calls_are_tried_again_and_nothing_is_lost_or_repeated() {
    let all = [
        "LimitExceededException",
        "ThrottlingException",
        "InternalServerError",
        "ResourceNotFoundException",
    ];
    for operation in ["DescribeStream", "GetShardIterator", "GetRecords"] {
        let (stream, _) = stream_of(7);
        stream.fail(operation, &all);
        let function = Function::obliging();
        let mut running = start(&stream, config(ARN), &function);
        let shard = only_shard(&running.drained().await);
        assert!(stream.all_faults_met());
        assert_eq!(function.seen(), ["0", "1", "2", "3", "4", "5", "6"], "{operation}");
        assert_eq!((shard.gaps, shard.last_error), (0, None));
    }
}

#[tokio::test]
async fn a_failing_stream_is_shown_while_it_fails() {
    let (stream, _) = stream_of(0);
    stream.fail("DescribeStream", &["ResourceNotFoundException"; 50]);
    let mut running = start(&stream, config(ARN), &Function::obliging());
    let failing = running.until(|progress| progress.last_error.is_some()).await;
    assert!(failing.last_error.unwrap().starts_with("DescribeStream failed: "));
    assert_eq!(running.drained().await.last_error, None);
}

#[tokio::test]
async fn an_expired_iterator_is_made_anew_where_reading_stood() {
    assert_eq!(seen_after("ExpiredIteratorException").await, (numbers(5), 0));
}

#[tokio::test]
async fn a_position_that_was_trimmed_restarts_at_the_oldest_record_and_counts_as_a_gap() {
    let (stream, numbers) = stream_of(5);
    stream.trim(SHARD, 3);
    let (function, mut running) = start_after(&numbers[0], &stream).await;
    let shard = only_shard(&running.drained().await);
    assert_eq!(function.seen(), ["3", "4"]);
    assert_eq!((shard.gaps, shard.position), (1, numbers.last().cloned()));
}

/// As DynamoDB Local answers for a shard that was empty when its iterator was made.
#[tokio::test]
async fn a_reader_without_a_place_has_nothing_to_lose() {
    let (stream, _) = stream_of(5);
    stream.fail("GetRecords", &["TrimmedDataAccessException"]);
    let (function, mut running) = caught_up(&stream).await;
    let shard = read_on(&stream, "5", &mut running).await;
    assert_eq!((function.seen().len(), shard.gaps, shard.last_error), (6, 0, None));
}

/// As DynamoDB Local answers for the next record, when all before it are trimmed.
#[tokio::test]
async fn a_reader_that_has_seen_the_end_of_the_shard_has_lost_nothing() {
    assert_eq!(seen_after("TrimmedDataAccessException").await, (numbers(5), 0));
}

#[tokio::test]
async fn records_before_a_place_that_is_said_to_be_trimmed_are_not_handed_over_again() {
    let (stream, numbers) = stream_of(7);
    stream.fail("GetRecords", &["TrimmedDataAccessException"]);
    let (function, mut running) = start_after(&numbers[3], &stream).await;
    let shard = running.until_shard(|shard| shard.position.as_ref() == numbers.last()).await;
    assert_eq!((function.seen(), shard.gaps), (["4", "5", "6"].map(str::to_owned).into(), 1));
}

/// DynamoDB Local refuses every iterator of a shard whose records have all been trimmed.
#[tokio::test]
async fn a_shard_without_any_record_left_is_quiet_until_it_is_written_to() {
    let (stream, numbers) = stream_of(3);
    stream.refuse_iterators(SHARD, true);
    let (function, mut running) = start_after(&numbers[2], &stream).await;
    let quiet = only_shard(&running.drained().await);
    assert_eq!((quiet.gaps, quiet.last_error, quiet.finished), (0, None, false));
    stream.write(SHARD, "3");
    stream.refuse_iterators(SHARD, false);
    running.until_shard(|shard| shard.delivered == 1).await;
    assert_eq!(function.seen(), ["3"]);
}

#[tokio::test]
async fn a_shard_that_has_ended_without_any_record_left_makes_way_for_its_children() {
    let stream = ScriptedStream::with_shards(&[(SHARD, None), ("child", Some(SHARD))]);
    stream.write(SHARD, "lost");
    stream.close(SHARD);
    stream.refuse_iterators(SHARD, true);
    stream.write("child", "0");
    let function = Function::obliging();
    let mut running = start(&stream, config(ARN), &function);
    let progress = running
        .until(|now| now.shards.get("child").is_some_and(|child| child.delivered == 1))
        .await;
    assert_eq!((function.seen(), progress.shards[SHARD].gaps), (vec!["0".to_owned()], 0));
}

#[tokio::test]
async fn a_record_that_cannot_be_read_is_never_skipped() {
    let (stream, numbers) = stream_of(1);
    stream.write_image(SHARD, "1", &json!({"list": {"L": [{"M": {"new": {"NEWTYPE": "x"}}}]}}));
    stream.write(SHARD, "2");
    let function = Function::obliging();
    let mut running = start(&stream, config(ARN), &function);
    let shard =
        running.until_shard(|shard| shard.last_error.is_some() && shard.position.is_some()).await;
    assert_eq!(shard.last_error.as_deref(), Some("the attribute \"new\" is of an unknown type"));
    assert_eq!((function.seen(), shard.position), (vec!["0".to_owned()], numbers.last().cloned()));
}
