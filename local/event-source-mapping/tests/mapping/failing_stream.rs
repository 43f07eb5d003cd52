//! A stream whose calls fail: reading goes on where it stood, and what was lost is told.

use std::sync::Arc;

use event_source_mapping::{InMemoryPositions, PositionStore};
use serde_json::json;

use crate::function::Function;
use crate::running::{NAME, Running, config, only_shard};
use crate::scripted::ScriptedStream;

const ARN: &str = ScriptedStream::ARN;
const SHARD: &str = "shard";

fn stream_of(records: usize) -> (ScriptedStream, Vec<String>) {
    let stream = ScriptedStream::with_shards(&[(SHARD, None)]);
    let numbers = (0..records).map(|n| stream.write(SHARD, &n.to_string())).collect();
    (stream, numbers)
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
        let positions = Arc::new(InMemoryPositions::default());
        let mut running = Running::start(config(ARN), &stream.client(), &function, &positions);
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
    let positions = Arc::new(InMemoryPositions::default());
    let mut running =
        Running::start(config(ARN), &stream.client(), &Function::obliging(), &positions);
    let failing = running.until(|progress| progress.last_error.is_some()).await;
    assert!(failing.last_error.unwrap().starts_with("DescribeStream failed: "));
    assert_eq!(running.drained().await.last_error, None);
}

#[tokio::test]
async fn an_expired_iterator_is_made_anew_where_reading_stood() {
    let (stream, _) = stream_of(4);
    let function = Function::obliging();
    let positions = Arc::new(InMemoryPositions::default());
    let mut running = Running::start(config(ARN), &stream.client(), &function, &positions);
    running.drained().await;
    stream.fail("GetRecords", &["ExpiredIteratorException"]);
    stream.write(SHARD, "4");
    let shard = only_shard(&running.drained().await);
    assert!(stream.all_faults_met());
    assert_eq!(function.seen(), ["0", "1", "2", "3", "4"]);
    assert_eq!(shard.gaps, 0);
}

#[tokio::test]
async fn a_position_that_was_trimmed_restarts_at_the_oldest_record_and_counts_as_a_gap() {
    let (stream, numbers) = stream_of(5);
    let positions = Arc::new(InMemoryPositions::default());
    positions.save(NAME, SHARD, &numbers[0]).await.unwrap();
    stream.trim(SHARD, 3);
    let function = Function::obliging();
    let mut running = Running::start(config(ARN), &stream.client(), &function, &positions);
    let shard = only_shard(&running.drained().await);
    assert_eq!(function.seen(), ["3", "4"]);
    assert_eq!((shard.gaps, shard.position), (1, numbers.last().cloned()));
}

#[tokio::test]
async fn records_trimmed_while_they_are_read_count_as_a_gap() {
    let (stream, _) = stream_of(5);
    stream.fail("GetRecords", &["TrimmedDataAccessException"]);
    let function = Function::obliging();
    let positions = Arc::new(InMemoryPositions::default());
    let mut running = Running::start(config(ARN), &stream.client(), &function, &positions);
    let shard = only_shard(&running.drained().await);
    assert_eq!((function.seen().len(), shard.gaps), (5, 1));
}

#[tokio::test]
async fn a_record_that_cannot_be_read_is_never_skipped() {
    let (stream, numbers) = stream_of(1);
    stream.write_image(SHARD, "1", &json!({"list": {"L": [{"M": {"new": {"NEWTYPE": "x"}}}]}}));
    stream.write(SHARD, "2");
    let function = Function::obliging();
    let positions = Arc::new(InMemoryPositions::default());
    let mut running = Running::start(config(ARN), &stream.client(), &function, &positions);
    let shard =
        running.until_shard(|shard| shard.last_error.is_some() && shard.position.is_some()).await;
    assert_eq!(shard.last_error.as_deref(), Some("the attribute \"new\" is of an unknown type"));
    assert_eq!((function.seen(), shard.position), (vec!["0".to_owned()], numbers.last().cloned()));
}
