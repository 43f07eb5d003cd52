//! What is handed to the function, in which order and in which batches.

use std::time::Duration;

use aws_lambda_events::event::dynamodb::Event;
use event_source_mapping::{MappingConfig, PositionStore, stream_of_table};
use serde_json::{Value, json};

use crate::function::{Function, sequence_number};
use crate::running::{NAME, only_shard};
use crate::system::System;

#[tokio::test]
async fn every_change_arrives_once_in_the_order_of_writing() {
    let system = System::start().await;
    let function = Function::obliging();
    let config = MappingConfig { batch_size: 7, ..system.config() };
    let mut running = system.run(config, &function);
    let mut written = Vec::new();
    for version in 0..10 {
        for item in ["METADATA", "FLIGHT#1", "HOTEL#1"] {
            system.put(item, &version.to_string()).await;
            written.push((item.to_owned(), version.to_string()));
        }
    }
    let progress = running.drained().await;
    let text =
        |record: &Value| record["dynamodb"]["NewImage"]["text"]["S"].as_str().unwrap().to_owned();
    let texts = function.records().iter().map(text).collect::<Vec<_>>();
    let seen: Vec<_> = function.seen().into_iter().zip(texts).collect();
    assert_eq!(seen, written);
    assert!(function.calls().iter().all(|call| call.len() <= 7));
    let shard = only_shard(&progress);
    assert_eq!((shard.delivered, shard.filtered, shard.retries), (30, 0, 0));
    assert_eq!(shard.batches, function.calls().len() as u64);
    running.stop().await;
}

#[tokio::test]
async fn a_backlog_comes_in_full_batches() {
    let system = System::start().await;
    system.put_all(&["A", "B", "C", "D", "E"]).await;
    let function = Function::obliging();
    let mut running = system.run(MappingConfig { batch_size: 2, ..system.config() }, &function);
    running.drained().await;
    assert_eq!(function.calls(), [vec!["A", "B"], vec!["C", "D"], vec!["E"]]);
}

#[tokio::test]
async fn a_window_holds_records_back_until_the_batch_is_full() {
    let system = System::start().await;
    let function = Function::obliging();
    let batching_window = Duration::from_secs(300);
    let config = MappingConfig { batch_size: 3, batching_window, ..system.config() };
    let mut running = system.run(config, &function);
    system.put_all(&["A", "B"]).await;
    let mark = running.until_shard(|shard| shard.reads > 3).await.reads;
    let waiting = running.until_shard(|shard| shard.reads > mark + 3).await;
    assert_eq!((waiting.caught_up_at > Some(mark), waiting.position), (false, None));
    assert_eq!(function.calls(), [[""; 0]; 0]);
    system.put("C", "").await;
    running.drained().await;
    assert_eq!(function.calls(), [["A", "B", "C"]]);
}

#[tokio::test]
async fn a_window_that_has_passed_hands_over_what_there_is() {
    let system = System::start().await;
    system.put_all(&["A", "B"]).await;
    let function = Function::obliging();
    let batching_window = Duration::from_millis(20);
    let mut running = system.run(MappingConfig { batching_window, ..system.config() }, &function);
    running.drained().await;
    assert_eq!(function.calls(), [["A", "B"]]);
}

#[tokio::test]
async fn records_that_no_filter_wants_are_passed_over_for_good() {
    let system = System::start().await;
    let filter = json!({"eventName": ["INSERT"], "dynamodb": {"Keys": {"SK": {"S": [{"prefix": "OUTBOX#"}]}}}});
    let config = || MappingConfig { filters: vec![filter.clone()], ..system.config() };
    let function = Function::obliging();
    let mut running = system.run(config(), &function);
    let keys = ["METADATA", "OUTBOX#1", "OUTBOX#1", "FLIGHT#1", "OUTBOX#2", "METADATA"];
    for (version, key) in keys.iter().enumerate() {
        system.put(key, &version.to_string()).await;
    }
    let shard = only_shard(&running.drained().await);
    assert_eq!(function.seen(), ["OUTBOX#1", "OUTBOX#2"]);
    assert_eq!((shard.delivered, shard.filtered), (2, 4));
    let all = system.captured().await;
    assert_eq!(shard.position, all.last().map(sequence_number));
    running.stop().await;
}

#[tokio::test]
async fn a_stream_of_unwanted_records_moves_the_position_too() {
    let system = System::start().await;
    let filters = vec![json!({"eventName": ["REMOVE"]})];
    let function = Function::obliging();
    let mut running = system.run(MappingConfig { filters, ..system.config() }, &function);
    system.put_all(&["A", "B"]).await;
    let progress = running.drained().await;
    let shard = progress.shards.keys().next().unwrap();
    assert_eq!(function.calls(), [[""; 0]; 0]);
    let all = system.captured().await;
    let saved = system.positions.load(NAME, shard).await.unwrap();
    assert_eq!(saved, Some(sequence_number(&all[1])));
}

#[tokio::test]
async fn an_expiry_can_be_told_from_a_deletion() {
    let system = System::start().await;
    let ttl =
        json!({"userIdentity": {"type": ["Service"], "principalId": ["dynamodb.amazonaws.com"]}});
    let function = Function::obliging();
    let mut running =
        system.run(MappingConfig { filters: vec![ttl], ..system.config() }, &function);
    system.put("METADATA", "").await;
    system.expire("OUTBOX#1").await;
    running.drained().await;
    assert_eq!(function.seen(), ["OUTBOX#1"]);
    let event: Event = serde_json::from_value(json!({"Records": function.records()})).unwrap();
    assert_eq!(event.records[0].event_name, "REMOVE");
    assert_eq!(event.records[0].user_identity.as_ref().unwrap().type_, "Service");
    assert_eq!(event.records[0].event_source_arn.as_deref(), Some(system.stream_arn.as_str()));
}

#[tokio::test]
async fn a_capture_is_what_a_mapping_was_handed() {
    let system = System::start().await;
    let function = Function::obliging();
    let mut running = system.run(system.config(), &function);
    system.put_all(&["A", "B", "A", "C"]).await;
    running.drained().await;
    assert_eq!(system.captured().await, function.records());
}

#[tokio::test]
async fn the_stream_of_a_table_is_found_by_the_tables_name() {
    let system = System::start().await;
    let found = stream_of_table(&system.streams, "trips").await.unwrap();
    assert_eq!(found, Some(system.stream_arn));
    assert_eq!(stream_of_table(&system.streams, "another").await.unwrap(), None);
}
