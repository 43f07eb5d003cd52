//! `TransactWriteItems` and `TransactGetItems`, as the store's commit and load use them.

use aws_sdk_dynamodb::error::ProvideErrorMetadata;
use aws_sdk_dynamodb::operation::transact_write_items::{
    TransactWriteItemsError, TransactWriteItemsOutput,
};
use aws_sdk_dynamodb::types::{
    AttributeValue, CancellationReason, Get, Put, ReturnValuesOnConditionCheckFailure,
    TransactGetItem, TransactWriteItem,
};

use crate::support::{Served, TABLE, item};

const TRIP: (&str, &str) = ("TRIP#1", "METADATA");
const EVENT: (&str, &str) = ("TRIP#1", "OUTBOX#1");

type Outcome = Result<TransactWriteItemsOutput, TransactWriteItemsError>;

fn put(key: (&str, &str), more: &[(&str, &str)]) -> TransactWriteItem {
    let put = Put::builder().table_name(TABLE).set_item(Some(item(key, more))).build().unwrap();
    TransactWriteItem::builder().put(put).build()
}

/// A put of a key that must not exist; a failure returns the existing item.
fn put_new(key: (&str, &str), more: &[(&str, &str)]) -> TransactWriteItem {
    let put = Put::builder()
        .table_name(TABLE)
        .set_item(Some(item(key, more)))
        .condition_expression("attribute_not_exists(PK)")
        .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
        .build();
    TransactWriteItem::builder().put(put.unwrap()).build()
}

async fn write(served: &Served, token: &str, actions: Vec<TransactWriteItem>) -> Outcome {
    let request = served.dynamodb.transact_write_items().client_request_token(token);
    let outcome = request.set_transact_items(Some(actions)).send().await;
    outcome.map_err(aws_sdk_dynamodb::error::SdkError::into_service_error)
}

fn reasons(error: TransactWriteItemsError) -> Vec<CancellationReason> {
    match error {
        TransactWriteItemsError::TransactionCanceledException(e) => e.cancellation_reasons.unwrap(),
        other => panic!("not a cancelled transaction: {other:?}"),
    }
}

#[tokio::test]
async fn a_transaction_whose_condition_fails_writes_nothing() {
    let served = Served::with_table().await;
    served.put(TRIP, &[("status", "PENDING")]).await;
    let actions = vec![put(EVENT, &[]), put_new(TRIP, &[("status", "NEW")])];
    write(&served, "a", actions).await.unwrap_err();
    assert_eq!(served.get(EVENT).await, None);
    assert_eq!(served.get(TRIP).await, Some(item(TRIP, &[("status", "PENDING")])));
    assert_eq!(served.records().await.len(), 1, "a cancelled transaction leaves no stream record");
}

#[tokio::test]
async fn every_cancellation_reason_comes_in_request_order_with_the_item_asked_for() {
    let served = Served::with_table().await;
    served.put(TRIP, &[("status", "PENDING")]).await;
    let actions = vec![put(EVENT, &[]), put_new(TRIP, &[]), put_new(("TRIP#1", "FLIGHT#1"), &[])];
    let reasons = reasons(write(&served, "a", actions).await.unwrap_err());
    let codes: Vec<_> = reasons.iter().map(|r| r.code().unwrap()).collect();
    assert_eq!(codes, ["None", "ConditionalCheckFailed", "None"]);
    assert_eq!(reasons[1].item(), Some(&item(TRIP, &[("status", "PENDING")])));
    assert_eq!(reasons[0].item(), None);
}

#[tokio::test]
async fn a_condition_on_the_version_lets_one_of_two_writers_win() {
    let served = Served::with_table().await;
    served.put(TRIP, &[("version", "1")]).await;
    let next = || {
        let put = Put::builder()
            .table_name(TABLE)
            .set_item(Some(item(TRIP, &[("version", "2")])))
            .condition_expression("#v = :loaded")
            .expression_attribute_names("#v", "version")
            .expression_attribute_values(":loaded", AttributeValue::S("1".to_owned()))
            .build();
        vec![TransactWriteItem::builder().put(put.unwrap()).build()]
    };
    let (first, second) = tokio::join!(write(&served, "a", next()), write(&served, "b", next()));
    let [lost] =
        [first, second].into_iter().filter_map(Result::err).collect::<Vec<_>>().try_into().unwrap();
    assert_eq!(reasons(lost)[0].code(), Some("ConditionalCheckFailed"));
}

#[tokio::test]
async fn a_repeat_with_the_same_token_writes_nothing_again() {
    let served = Served::with_table().await;
    let actions = || vec![put_new(TRIP, &[]), put_new(EVENT, &[])];
    write(&served, "a", actions()).await.unwrap();
    write(&served, "a", actions()).await.unwrap();
    assert_eq!(served.records().await.len(), 2);
}

#[tokio::test]
async fn the_same_token_with_another_payload_is_refused() {
    let served = Served::with_table().await;
    write(&served, "a", vec![put(TRIP, &[])]).await.unwrap();
    let error = write(&served, "a", vec![put(EVENT, &[])]).await.unwrap_err();
    assert_eq!(error.code(), Some("IdempotentParameterMismatchException"));
}

#[tokio::test]
async fn a_restart_forgets_tokens_so_only_the_condition_stops_a_repeat() {
    let served = Served::with_table().await;
    write(&served, "a", vec![put_new(TRIP, &[])]).await.unwrap();
    let served = Served::reopen(served.stop().await).await;
    let error = write(&served, "a", vec![put_new(TRIP, &[])]).await.unwrap_err();
    assert_eq!(reasons(error)[0].code(), Some("ConditionalCheckFailed"));
}

#[tokio::test]
async fn requests_beyond_the_limits_are_refused_whole() {
    let served = Served::with_table().await;
    let big = "x".repeat(400 * 1024);
    let key = |n: usize| format!("FLIGHT#{n}");
    let many = |n: usize| (0..n).map(|i| put(("TRIP#1", &key(i)), &[])).collect::<Vec<_>>();
    let large = "x".repeat(390 * 1024);
    let eleven = (0..11).map(|i| put(("TRIP#1", &key(i)), &[("body", large.as_str())])).collect();
    for (what, actions) in [
        ("an item over 400 KB", vec![put(TRIP, &[("body", big.as_str())])]),
        ("101 actions", many(101)),
        ("more than 4 MB", eleven),
        ("two actions on one item", vec![put(TRIP, &[]), put(TRIP, &[])]),
    ] {
        let error = write(&served, what, actions).await.unwrap_err();
        assert_eq!(error.code(), Some("ValidationException"), "{what}");
    }
    assert_eq!(served.records().await.len(), 0);
    write(&served, "100 actions", many(100)).await.unwrap();
}

#[tokio::test]
async fn a_transactional_read_answers_every_key_in_order_also_the_missing() {
    let served = Served::with_table().await;
    served.put(TRIP, &[("status", "PENDING")]).await;
    let get = |key| {
        let get = Get::builder().table_name(TABLE).set_key(Some(item(key, &[]))).build().unwrap();
        TransactGetItem::builder().get(get).build()
    };
    let keys = vec![get(EVENT), get(TRIP)];
    let answer =
        served.dynamodb.transact_get_items().set_transact_items(Some(keys)).send().await.unwrap();
    let items: Vec<_> = answer.responses.unwrap().into_iter().map(|r| r.item).collect();
    assert_eq!(items, [None, Some(item(TRIP, &[("status", "PENDING")]))]);
}
