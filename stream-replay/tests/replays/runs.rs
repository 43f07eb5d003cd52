//! Plans, and what a run of one on a function counts.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};
use stream_replay::{Disturbance, Plan, Report};

/// Records of three items in turn, numbered from 1.
fn records(count: usize) -> Vec<Value> {
    let record = |number: usize| {
        json!({"dynamodb": {
            "Keys": {"id": {"N": (number % 3).to_string()}}, "SequenceNumber": number.to_string(),
        }})
    };
    (1..=count).map(record).collect()
}

fn numbers(event: &Value) -> Vec<String> {
    let records = event["Records"].as_array().unwrap().iter();
    records.map(|r| r["dynamodb"]["SequenceNumber"].as_str().unwrap().to_owned()).collect()
}

/// The batches that a function gets which processes all of them, and what is counted.
async fn run(plan: Plan, count: usize) -> (Vec<Vec<String>>, Report) {
    let (records, mut batches) = (records(count), Vec::new());
    let mut schedule = plan.over(&records);
    let function = async |event: Value| {
        batches.push(numbers(&event));
        Ok::<_, ()>(Value::Null)
    };
    let report = schedule.run(function).await;
    (batches, report)
}

#[tokio::test]
async fn a_calm_plan_delivers_full_batches_once_and_in_order() {
    let (batches, report) = run(Plan::calm(1).batch_size(3), 7).await;
    assert_eq!(batches, [vec!["1", "2", "3"], vec!["4", "5", "6"], vec!["7"]]);
    assert_eq!(report, Report { batches: 3, records: 7, ..Report::default() });
    assert!(report.is_settled());
}

#[tokio::test]
async fn a_plan_that_repeats_repeats_something_whatever_the_seed() {
    for seed in 0..100 {
        let (batches, report) = run(Plan::calm(seed).with(Disturbance::Repeat), 7).await;
        let all: Vec<_> = batches.concat();
        assert_eq!(all.iter().collect::<BTreeSet<_>>().len(), 7);
        assert!(report.duplicates > 0 && report.duplicates == all.len() - 7, "{seed}: {report:?}");
    }
}

#[tokio::test]
async fn a_batch_whose_answer_is_lost_comes_again() {
    let (batches, report) = run(Plan::calm(1).batch_size(3).loses_answer_of(2), 7).await;
    assert_eq!(batches.concat(), ["1", "2", "3", "4", "5", "6", "4", "5", "6", "7"]);
    let Report { duplicates, retries, failures, .. } = report;
    assert_eq!((duplicates, retries, failures), (3, 1, 1));
}

#[tokio::test]
async fn without_a_partition_key_and_reordering_shards_follow_one_another() {
    for seed in 0..100 {
        let (batches, _) = run(Plan::calm(seed).with(Disturbance::Roll), 30).await;
        let expected: Vec<_> = (1..=30).map(|number| number.to_string()).collect();
        assert_eq!(batches.concat(), expected, "{seed}");
    }
}

#[tokio::test]
async fn a_function_that_always_fails_ends_the_run_with_what_is_left() {
    let records = records(5);
    let mut schedule = Plan::calm(1).batch_size(2).attempts(4).over(&records);
    let mut calls = 0;
    let function = async |event: Value| {
        calls += 1;
        if numbers(&event)[0] == "1" { Ok(Value::Null) } else { Err("no") }
    };
    let report = schedule.run(function).await;
    assert_eq!((calls, report.retries, report.undelivered), (5, 4, 3));
    assert!(!report.is_settled());
}

/// Each failure gets one record done, so it may fail more often than a batch may in a row.
#[tokio::test]
async fn a_partial_failure_is_progress() {
    let records = records(30);
    let mut schedule = Plan::calm(1).attempts(2).over(&records);
    let function = async |event: Value| {
        let second = numbers(&event).into_iter().nth(1);
        let failures: Vec<_> = second.iter().map(|id| json!({"itemIdentifier": id})).collect();
        Ok::<_, ()>(json!({"batchItemFailures": failures}))
    };
    let report = schedule.run(function).await;
    assert_eq!((report.undelivered, report.retries), (0, 28));
}

/// For how many of a hundred seeds a consumer ends with something else than it should.
async fn found(
    consume: fn(&mut BTreeMap<String, usize>, &str, usize),
    expected: [usize; 3],
) -> usize {
    let records = records(9);
    let mut found = 0;
    for seed in 0..100 {
        let mut kept = BTreeMap::new();
        let mut schedule = Plan::of(seed).over(&records);
        let function = async |event: Value| {
            for record in event["Records"].as_array().unwrap() {
                let change = &record["dynamodb"];
                let number = change["SequenceNumber"].as_str().unwrap().parse().unwrap();
                consume(&mut kept, change["Keys"]["id"]["N"].as_str().unwrap(), number);
            }
            Ok::<_, ()>(Value::Null)
        };
        assert!(schedule.run(function).await.is_settled(), "{schedule}");
        found += usize::from(kept.into_values().ne(expected));
    }
    found
}

#[tokio::test]
async fn consumers_that_count_twice_or_go_back_are_found_and_a_sound_one_is_not() {
    let sound = |kept: &mut BTreeMap<_, _>, item: &str, number: usize| {
        let newest: &mut usize = kept.entry(item.to_owned()).or_default();
        *newest = number.max(*newest);
    };
    let goes_back = |kept: &mut BTreeMap<_, _>, item: &str, number: usize| {
        kept.insert(item.to_owned(), number);
    };
    let counts_twice = |kept: &mut BTreeMap<_, _>, item: &str, _: usize| {
        *kept.entry(item.to_owned()).or_default() += 1;
    };
    assert_eq!(found(sound, [9, 7, 8]).await, 0);
    assert!(found(goes_back, [9, 7, 8]).await > 10);
    assert!(found(counts_twice, [3; 3]).await > 50);
}
