//! A batch that failed is split, and its parts are tried separately.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use event_source_mapping::{InvokeError, MappingConfig};
use proptest::prelude::*;
use serde_json::Value;
use testing::ScriptedStream;

use crate::function::{Answer, Function, failed, sort_key};
use crate::running::{config, only_shard};
use crate::scripted_client::start;

fn stream_of(records: usize) -> ScriptedStream {
    let stream = ScriptedStream::with_shards(&[("shard", None)]);
    (0..records).for_each(|n| drop(stream.write("shard", &n.to_string())));
    stream
}

fn bisecting() -> MappingConfig {
    MappingConfig { bisect_on_error: true, batch_size: 3, ..config(ScriptedStream::ARN) }
}

fn unhandled() -> Answer {
    Err(InvokeError::new("Unhandled", "a bad record"))
}

fn holds(records: &[Value], key: &str) -> bool {
    records.iter().any(|record| sort_key(record) == key)
}

/// Reports the record at a place of its batch in this many calls, and nothing afterwards.
fn reporting(place: usize, calls: usize) -> Arc<Function> {
    Function::answering(move |call, records| match call < calls {
        true => failed(records, &[place]),
        false => Ok(Value::Null),
    })
}

#[tokio::test]
async fn a_failed_batch_is_halved_until_the_bad_record_stands_alone() {
    let function = Function::answering(|call, records| match call {
        0..4 if holds(records, "1") => unhandled(),
        _ => Ok(Value::Null),
    });
    let shard = only_shard(&start(&stream_of(3), bisecting(), &function).drained().await);
    assert_eq!(
        function.calls(),
        [vec!["0", "1", "2"], vec!["0"], vec!["1", "2"], vec!["1"], vec!["1"], vec!["2"]]
    );
    assert_eq!((shard.batches, shard.delivered, shard.discarded), (1, 3, 0));
}

#[tokio::test]
async fn a_reported_record_splits_the_batch_where_it_stands() {
    let function = reporting(1, 1);
    start(&stream_of(3), bisecting(), &function).drained().await;
    assert_eq!(function.calls(), [vec!["0", "1", "2"], vec!["1", "2"]]);
}

#[tokio::test]
async fn a_batch_whose_first_record_is_reported_is_halved() {
    let function = reporting(0, 2);
    start(&stream_of(3), bisecting(), &function).drained().await;
    assert_eq!(function.calls(), [vec!["0", "1", "2"], vec!["0"], vec!["0"], vec!["1", "2"]]);
}

#[tokio::test]
async fn a_throttled_batch_is_tried_again_whole() {
    let function = Function::answering(|call, _| match call {
        0..3 => Err(InvokeError::new("TooManyRequestsException", "later")),
        _ => Ok(Value::Null),
    });
    let config = MappingConfig { max_retry_attempts: Some(0), ..bisecting() };
    let shard = only_shard(&start(&stream_of(3), config, &function).drained().await);
    assert_eq!(function.calls(), vec![vec!["0", "1", "2"]; 4]);
    assert_eq!((shard.retries, shard.discarded), (3, 0));
}

/// Fails every batch with a bad record in it, as an error or as a report; a bad record alone passes
/// at its third attempt. It checks that no record starts before the previous one has passed.
fn picky(bad: BTreeSet<usize>, reports: bool) -> (Arc<Function>, Arc<Mutex<Vec<usize>>>) {
    let passed = Arc::new(Mutex::new(Vec::new()));
    let seen = passed.clone();
    let attempts = Mutex::new(vec![0; 64]);
    let function = Function::answering(move |_, records| {
        let numbers: Vec<usize> =
            records.iter().map(|record| sort_key(record).parse().unwrap()).collect();
        let (mut passed, mut attempts) = (seen.lock().unwrap(), attempts.lock().unwrap());
        assert_eq!(numbers[0], passed.len(), "{numbers:?} after {passed:?}");
        if numbers.len() == 1 {
            attempts[numbers[0]] += 1;
        }
        let is_bad =
            |number: &usize| bad.contains(number) && (numbers.len() > 1 || attempts[*number] < 3);
        match numbers.iter().position(is_bad) {
            Some(at) if reports => {
                passed.extend(&numbers[..at]);
                failed(records, &[at])
            }
            Some(_) => unhandled(),
            None => {
                passed.extend(numbers);
                Ok(Value::Null)
            }
        }
    });
    (function, passed)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn splitting_loses_and_reorders_nothing(
        bad in proptest::collection::btree_set(0..20_usize, 0..8),
        reports: bool,
        batch_size in 1..12_usize,
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let (function, passed) = picky(bad, reports);
            let config = MappingConfig { batch_size, max_retry_attempts: Some(2), ..bisecting() };
            let mut running = start(&stream_of(20), config, &function);
            let shard = only_shard(&running.drained().await);
            prop_assert_eq!(&*passed.lock().unwrap(), &(0..20).collect::<Vec<_>>());
            prop_assert_eq!((shard.delivered, shard.discarded), (20, 0));
            running.stop().await;
            Ok(())
        })?;
    }
}
