//! The dispatcher's batched mark: `BatchExecuteStatement` with a condition on the status.

use aws_sdk_dynamodb::error::ProvideErrorMetadata;
use aws_sdk_dynamodb::types::{AttributeValue, BatchStatementErrorCodeEnum, BatchStatementRequest};

use crate::support::{Served, item};

const MARK: &str = r#"UPDATE "trips" SET status='dispatched' SET dispatched_at=? REMOVE GSI1PK REMOVE GSI1SK
    WHERE PK=? AND SK=? AND status='pending'"#;

fn mark(sk: &str) -> BatchStatementRequest {
    let values = ["2026-01-01", "TRIP#1", sk].map(|v| AttributeValue::S(v.to_owned()));
    BatchStatementRequest::builder()
        .statement(MARK)
        .set_parameters(Some(values.to_vec()))
        .build()
        .unwrap()
}

async fn put_event(served: &Served, sk: &str, status: &str) {
    let open = [("status", status), ("GSI1PK", "OUTBOX#PENDING#7"), ("GSI1SK", sk)];
    served.put(("TRIP#1", sk), &open).await;
}

#[tokio::test]
async fn a_mark_changes_pending_events_and_answers_for_each() {
    let served = Served::with_table().await;
    put_event(&served, "OUTBOX#1", "pending").await;
    put_event(&served, "OUTBOX#2", "dispatched").await;
    let batch = ["OUTBOX#1", "OUTBOX#2", "OUTBOX#3"].map(mark).to_vec();
    let answer =
        served.dynamodb.batch_execute_statement().set_statements(Some(batch)).send().await.unwrap();
    let errors: Vec<_> =
        answer.responses().iter().map(|r| r.error().and_then(|e| e.code())).collect();
    let failed = Some(&BatchStatementErrorCodeEnum::ConditionalCheckFailed);
    assert_eq!(errors, [None, failed, failed]);
    let marked =
        item(("TRIP#1", "OUTBOX#1"), &[("status", "dispatched"), ("dispatched_at", "2026-01-01")]);
    assert_eq!(served.get(("TRIP#1", "OUTBOX#1")).await, Some(marked));
    assert_eq!(served.get(("TRIP#1", "OUTBOX#3")).await, None);
}

#[tokio::test]
async fn a_mark_writes_a_stream_record_with_both_images() {
    let served = Served::with_table().await;
    put_event(&served, "OUTBOX#1", "pending").await;
    let batch = served.dynamodb.batch_execute_statement().statements(mark("OUTBOX#1"));
    batch.send().await.unwrap();
    let records = served.records().await;
    let change = records[1].dynamodb().unwrap();
    assert_eq!(records[1].event_name().unwrap().as_str(), "MODIFY");
    assert!(change.old_image().unwrap().contains_key("GSI1PK"));
    assert!(!change.new_image().unwrap().contains_key("GSI1PK"));
}

#[tokio::test]
async fn a_batch_that_repeats_a_key_or_is_too_long_fails_whole() {
    let served = Served::with_table().await;
    put_event(&served, "OUTBOX#1", "pending").await;
    let many: Vec<_> = (1..=26).map(|n| mark(&format!("OUTBOX#{n}"))).collect();
    for batch in [vec![mark("OUTBOX#1"), mark("OUTBOX#1")], many] {
        let call = served.dynamodb.batch_execute_statement().set_statements(Some(batch));
        let error = call.send().await.unwrap_err().into_service_error();
        assert_eq!(error.code(), Some("ValidationException"), "{error:?}");
    }
    assert_eq!(served.records().await.len(), 1);
}
