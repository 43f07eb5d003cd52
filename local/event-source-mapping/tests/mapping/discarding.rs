//! Records that are given up: when, what the destination gets, and what the position waits for.

use std::sync::Arc;
use std::time::Duration;

use event_source_mapping::{
    Age, InMemoryPositions, InvokeError, MappingConfig, Ports, PositionStore,
};
use serde_json::{Value, json};
use testing::{FixedClock, ScriptedStream};

use crate::function::{Answer, Function, failed, sequence_number, sort_key};
use crate::kept::Kept;
use crate::running::{NAME, Running, config, only_shard};
use crate::scripted_client::client;

const HOUR: i64 = 60 * 60;

fn unhandled() -> Answer {
    Err(InvokeError::new("Unhandled", "no"))
}

/// Records that were written this many seconds before now.
fn stream_of(ages: &[i64]) -> ScriptedStream {
    let stream = ScriptedStream::with_shards(&[("shard", None)]);
    for (number, age) in ages.iter().enumerate() {
        let written = FixedClock::at_noon().0.as_seconds() - age;
        let keys = json!({"SK": {"S": number.to_string()}});
        let change = json!({"Keys": keys, "ApproximateCreationDateTime": written});
        stream.write_change("shard", change);
    }
    stream
}

fn limited(retries: u32) -> MappingConfig {
    MappingConfig {
        function_arn: "arn:aws:lambda:us-east-1:000000000000:function:projector".to_owned(),
        max_retry_attempts: Some(retries),
        max_record_age: Some(Duration::from_secs(6 * 60 * 60)),
        ..config(ScriptedStream::ARN)
    }
}

struct World {
    running: Running,
    kept: Arc<Kept>,
    positions: Arc<InMemoryPositions>,
}

fn start(stream: &ScriptedStream, config: MappingConfig, function: &Arc<Function>) -> World {
    start_with(stream, config, function, Arc::default())
}

fn start_with(
    stream: &ScriptedStream,
    config: MappingConfig,
    function: &Arc<Function>,
    kept: Arc<Kept>,
) -> World {
    let positions = Arc::new(InMemoryPositions::default());
    let ports = Ports {
        handler: function.clone(),
        positions: positions.clone(),
        on_failure: Some(kept.clone()),
        clock: Arc::new(FixedClock::at_noon()),
    };
    World { running: Running::with(config, &client(stream), ports), kept, positions }
}

#[tokio::test]
async fn a_batch_out_of_retries_reaches_the_destination_as_lambda_describes_it() {
    let stream = stream_of(&[61, 0]);
    let function = Function::answering(|_, _| unhandled());
    let mut world = start(&stream, limited(2), &function);
    let shard = only_shard(&world.running.drained().await);
    let event = json!({"Records": function.records()[..2]}).to_string();
    let last_request = *function.requests().last().unwrap();
    let [record] = &world.kept.records()[..] else { panic!("{:?}", world.kept.records()) };
    assert_eq!(
        *record,
        json!({
            "requestContext": {
                "requestId": last_request,
                "functionArn": "arn:aws:lambda:us-east-1:000000000000:function:projector",
                "condition": "RetryAttemptsExhausted",
                "approximateInvokeCount": 3,
            },
            "responseContext": {
                "statusCode": 200, "executedVersion": "$LATEST", "functionError": "Unhandled",
            },
            "version": "1.0",
            "timestamp": "2026-01-15T12:00:00.000Z",
            "DDBStreamBatchInfo": {
                "shardId": "shard",
                "startSequenceNumber": "000000000000000000001",
                "endSequenceNumber": "000000000000000000002",
                "approximateArrivalOfFirstRecord": "2026-01-15T11:58:59Z",
                "approximateArrivalOfLastRecord": "2026-01-15T12:00:00Z",
                "batchSize": 2,
                "streamArn": ScriptedStream::ARN,
            },
            "payload": event,
        })
    );
    assert_eq!((shard.discarded, shard.delivered, shard.retries), (2, 0, 2));
    assert_eq!(shard.position.as_deref(), Some("000000000000000000002"));
}

#[tokio::test]
async fn what_a_partial_failure_left_is_discarded_without_a_function_error() {
    let function = Function::answering(|call, records| failed(records, &[usize::from(call == 0)]));
    let mut world = start(&stream_of(&[0, 0, 0]), limited(1), &function);
    let shard = only_shard(&world.running.drained().await);
    assert_eq!(world.kept.keys(), [["1", "2"]]);
    let record = &world.kept.records()[0];
    assert_eq!(record["responseContext"], json!({"statusCode": 200, "executedVersion": "$LATEST"}));
    assert_eq!(record["requestContext"]["approximateInvokeCount"], 2);
    assert_eq!((shard.delivered, shard.discarded), (1, 2));
}

#[tokio::test]
async fn bisecting_discards_the_bad_record_and_no_other() {
    let function = Function::answering(|_, records| {
        let bad = records.iter().position(|record| sort_key(record) == "2");
        bad.map_or(Ok(Value::Null), |_| unhandled())
    });
    let config = MappingConfig { bisect_on_error: true, ..limited(1) };
    let mut world = start(&stream_of(&[0; 5]), config, &function);
    let shard = only_shard(&world.running.drained().await);
    assert_eq!(world.kept.keys(), [["2"]]);
    assert_eq!((shard.delivered, shard.discarded), (4, 1));
}

#[tokio::test]
async fn records_that_are_too_old_are_given_up_untried_and_the_others_handed_over() {
    let ages = [7 * HOUR, 6 * HOUR + 1, 6 * HOUR];
    let function = Function::obliging();
    let mut world = start(&stream_of(&ages), limited(9), &function);
    world.running.drained().await;
    assert_eq!(function.calls(), [["2"]]);
    assert_eq!(world.kept.keys(), [["0", "1"]]);
    let record = &world.kept.records()[0];
    let context = &record["requestContext"];
    assert_eq!(context["condition"], "RecordAgeExceeded");
    assert_eq!((&context["approximateInvokeCount"], context.get("requestId")), (&json!(0), None));
    assert_eq!(record.get("responseContext"), None);
}

/// The machine was off for a night: its records are old, and nobody has tried them.
#[tokio::test]
async fn records_that_lay_while_nothing_ran_are_handed_over_where_age_counts_from_reading() {
    let function = Function::obliging();
    let config = MappingConfig { age: Age::Read, ..limited(9) };
    let mut world = start(&stream_of(&[7 * HOUR, 30 * HOUR, 0]), config, &function);
    let shard = only_shard(&world.running.drained().await);
    assert_eq!(function.seen(), ["0", "1", "2"]);
    assert_eq!((world.kept.records().len(), shard.discarded), (0, 0));
}

#[tokio::test]
async fn the_position_waits_until_the_destination_has_kept_the_batch() {
    let stream = stream_of(&[0, 0]);
    let function = Function::answering(|_, records| match sort_key(&records[0]).as_str() {
        "0" => unhandled(),
        _ => Ok(Value::Null),
    });
    let config = MappingConfig { batch_size: 1, ..limited(0) };
    let mut world = start_with(&stream, config, &function, Kept::failing(usize::MAX));
    let told = "the on-failure destination failed: disk full";
    let failing =
        world.running.until_shard(|shard| shard.last_error.as_deref() == Some(told)).await;
    assert!(world.kept.fails());
    assert_eq!((failing.position, failing.discarded), (None, 0));
    assert_eq!(function.calls(), [["0"]]);
    world.kept.heal();
    let shard = only_shard(&world.running.drained().await);
    assert_eq!((world.kept.keys(), function.calls().len()), (vec![vec!["0".to_owned()]], 2));
    let saved = world.positions.load(NAME, "shard").await.unwrap();
    assert_eq!(saved, function.records().last().map(sequence_number));
    assert_eq!((shard.discarded, shard.delivered, shard.last_error), (1, 1, None));
}

#[tokio::test]
async fn a_mapping_stopped_before_the_destination_kept_the_batch_hands_it_over_again() {
    let stream = stream_of(&[0]);
    let function = Function::answering(|_, _| unhandled());
    let mut world = start_with(&stream, limited(0), &function, Kept::failing(usize::MAX));
    world.running.until_shard(|shard| shard.last_error.is_some()).await;
    world.running.stop().await;
    let second = Function::obliging();
    Running::start(limited(0), &client(&stream), &second, &world.positions).drained().await;
    assert_eq!((world.kept.keys().len(), second.seen()), (0, vec!["0".to_owned()]));
}

#[tokio::test]
async fn without_a_destination_a_discard_is_counted_and_the_next_batch_comes() {
    let function = Function::answering(|call, _| match call {
        0..2 => unhandled(),
        _ => Ok(Value::Null),
    });
    let config = MappingConfig { batch_size: 2, ..limited(1) };
    let stream = stream_of(&[0; 3]);
    let positions = Arc::new(InMemoryPositions::default());
    let mut running = Running::start(config, &client(&stream), &function, &positions);
    let shard = only_shard(&running.drained().await);
    assert_eq!((shard.discarded, shard.delivered), (2, 1));
    assert_eq!(shard.position.as_deref(), Some("000000000000000000003"));
}
