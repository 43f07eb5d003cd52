//! What is handed over again when the function fails, and that no record is ever left behind.

use std::sync::Arc;
use std::time::Duration;

use event_source_mapping::{InMemoryPositions, InvokeError, MappingConfig, PositionStore};
use futures::FutureExt;
use proptest::prelude::*;
use serde_json::{Value, json};
use testing::ScriptedStream;

use crate::function::{Function, failed, sequence_number};
use crate::running::{NAME, Running, config, only_shard};
use crate::scripted_client::client;
use crate::system::System;

#[tokio::test]
async fn everything_from_the_lowest_failure_on_is_handed_over_again() {
    let system = System::start().await;
    system.put_all(&["A", "B", "C", "D", "E"]).await;
    let function = Function::answering(|call, records| match call {
        0 => failed(records, &[4, 2]),
        1 => failed(records, &[0]),
        _ => Ok(json!({"batchItemFailures": []})),
    });
    let mut running = system.run(system.config(), &function);
    let shard = only_shard(&running.drained().await);
    assert_eq!(
        function.calls(),
        [vec!["A", "B", "C", "D", "E"], vec!["C", "D", "E"], vec!["C", "D", "E"]]
    );
    assert_eq!((shard.batches, shard.delivered, shard.retries), (1, 5, 2));
}

#[tokio::test]
async fn a_failing_function_is_tried_without_limit_and_nothing_overtakes_its_batch() {
    let system = System::start().await;
    system.put_all(&["A", "B"]).await;
    let function = Function::answering(|call, _| match call {
        0..40 => Err(InvokeError::new("BusUnavailable", "later")),
        _ => Ok(Value::Null),
    });
    let config = MappingConfig { batch_size: 1, ..system.config() };
    let mut running = system.run(config, &function);
    let failing = running.until_shard(|shard| shard.retries == 10).await;
    assert_eq!(failing.last_error.as_deref(), Some("BusUnavailable: later"));
    assert_eq!(failing.position, None);
    let shard = only_shard(&running.drained().await);
    assert_eq!((shard.retries, shard.last_error), (40, None));
    assert_eq!(function.seen(), [vec!["A"; 41], vec!["B"]].concat());
}

#[tokio::test]
async fn a_batch_whose_function_takes_too_long_is_handed_over_again() {
    let system = System::start().await;
    system.put("A", "").await;
    let function = Function::deciding(|call, _| match call {
        0 => futures::future::pending().boxed(),
        _ => async { Ok(json!({})) }.boxed(),
    });
    let config = MappingConfig { function_timeout: Duration::from_millis(20), ..system.config() };
    let mut running = system.run(config, &function);
    running.drained().await;
    assert_eq!(function.calls(), [["A"], ["A"]]);
}

#[tokio::test]
async fn a_function_that_panics_does_not_stop_the_mapping() {
    let system = System::start().await;
    system.put("A", "").await;
    let function = Function::deciding(|call, _| {
        async move { if call == 0 { panic!("a defect of the function") } else { Ok(Value::Null) } }
            .boxed()
    });
    let mut running = system.run(system.config(), &function);
    running.drained().await;
    assert_eq!(function.calls(), [["A"], ["A"]]);
}

/// How one call ends: processed, an error, or failures at these places (those beyond the batch are
/// left out).
#[derive(Clone, Debug)]
enum End {
    Processed,
    Error,
    Failures(Vec<usize>),
}

fn end() -> impl Strategy<Value = End> {
    prop_oneof![
        Just(End::Processed),
        Just(End::Error),
        proptest::collection::vec(0..6_usize, 1..3).prop_map(End::Failures),
    ]
}

/// A function whose calls end as listed, and then succeed. It checks that the saved position is
/// never at or beyond a record that it gets.
fn unreliable(ends: Vec<End>, positions: Arc<InMemoryPositions>) -> Arc<Function> {
    Function::answering(move |call, records| {
        let saved = positions.load(NAME, "shard").now_or_never().unwrap().unwrap();
        assert!(saved < Some(sequence_number(&records[0])), "{saved:?} is unprocessed");
        match ends.get(call) {
            Some(End::Error) => Err(InvokeError::new("Flaky", "again")),
            Some(End::Failures(places)) => {
                let places: Vec<_> =
                    places.iter().copied().filter(|at| *at < records.len()).collect();
                failed(records, &places)
            }
            Some(End::Processed) | None => Ok(Value::Null),
        }
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn every_record_is_processed_in_order_however_the_calls_end(
        ends in proptest::collection::vec(end(), 0..12),
        batch_size in 1..6_usize,
        records in 1..12_usize,
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let stream = ScriptedStream::with_shards(&[("shard", None)]);
            let numbers: Vec<_> = (0..records).map(|n| stream.write("shard", &n.to_string())).collect();
            let positions = Arc::new(InMemoryPositions::default());
            let function = unreliable(ends, positions.clone());
            let config = MappingConfig { batch_size, ..config(ScriptedStream::ARN) };
            let mut running = Running::start(config, &client(&stream), &function, &positions);
            let shard = only_shard(&running.drained().await);
            prop_assert_eq!(shard.delivered, records as u64);
            prop_assert_eq!(shard.position, numbers.last().cloned());
            let mut firsts = function.seen();
            firsts.sort_by_key(|key| key.parse::<usize>().unwrap());
            firsts.dedup();
            prop_assert_eq!(firsts.len(), records);
            running.stop().await;
            Ok(())
        })?;
    }
}
