//! A request is what the SDK sends for the same; an answer is read as the SDK reads it.

use aws_sdk_dynamodb::types::ReturnValuesOnConditionCheckFailure::AllOld;
use aws_sdk_dynamodb::types::{
    KeysAndAttributes, Put, ReturnConsumedCapacity, Select, TransactWriteItem,
};
use rstest::rstest;
use serde_json::{Value, json};

use super::*;
use crate::batch_get::primary_key;
use crate::canned::{CannedAnswer, Script};
use crate::items::{n, s};

/// An item with an attribute of every type that JSON can show.
fn item() -> Item {
    let attributes = json!({
        "PK": { "S": "TRIP#t\"1\\é" },
        "version": { "N": "7" },
        "open": { "BOOL": true },
        "none": { "NULL": true },
        "errors": { "L": [{ "M": { "field": { "S": "a" } } }] },
        "names": { "SS": ["a", "b"] },
        "numbers": { "NS": ["1", "2.5"] },
    });
    serde_json::from_value(attributes).unwrap()
}

fn script() -> Script {
    Script::new([CannedAnswer::ok(json!({})), CannedAnswer::ok(json!({}))])
}

/// What went out for a request of ours, after the SDK's.
fn both(script: &Script) -> [Value; 2] {
    script.requests().try_into().unwrap()
}

#[tokio::test]
async fn a_read_is_what_the_sdk_sends() {
    let (script, key) = (script(), "TRIP#t");
    let client = script.client();
    let get = client.get_item().table_name("t").consistent_read(true);
    get.key("PK", s(key)).key("SK", s("M")).send().await.unwrap();
    let get = Request::get("t").key("PK", s(key)).key("SK", s("M"));
    client.send(&get).await.unwrap();
    let [by_the_sdk, ours] = both(&script);
    assert_eq!(ours, by_the_sdk);
}

#[tokio::test]
async fn a_put_is_what_the_sdk_sends() {
    let (script, item) = (script(), item());
    let client = script.client();
    let put = client.put_item().table_name("t").set_item(Some(item.clone().into()));
    let put = put.condition_expression("#v = :v").expression_attribute_names("#v", "version");
    let put = put.expression_attribute_values(":v", n(7));
    put.return_values_on_condition_check_failure(AllOld).send().await.unwrap();
    let put = Request::put("t", &item).only_if("#v = :v").name("#v", "version").value(":v", n(7));
    client.send(&put.or_return_the_old()).await.unwrap();
    let [by_the_sdk, ours] = both(&script);
    assert_eq!(ours, by_the_sdk);
}

#[tokio::test]
async fn an_update_is_what_the_sdk_sends() {
    let script = script();
    let client = script.client();
    let update = client.update_item().table_name("t").key("PK", s("k"));
    let update = update.update_expression("SET #a = :a").condition_expression("#a <> :a");
    let update = update.expression_attribute_names("#a", "status");
    update.expression_attribute_values(":a", s("parked")).send().await.unwrap();
    let update = Request::update("t", "SET #a = :a").key("PK", s("k")).only_if("#a <> :a");
    client.send(&update.name("#a", "status").value(":a", s("parked"))).await.unwrap();
    let [by_the_sdk, ours] = both(&script);
    assert_eq!(ours, by_the_sdk);
}

#[tokio::test]
async fn a_removal_is_what_the_sdk_sends() {
    let script = script();
    let client = script.client();
    let delete = client.delete_item().table_name("t").key("PK", s("k"));
    let delete = delete.condition_expression("attribute_exists(#k)");
    delete.expression_attribute_names("#k", "PK").send().await.unwrap();
    let delete = Request::delete("t").key("PK", s("k")).only_if("attribute_exists(#k)");
    client.send(&delete.name("#k", "PK")).await.unwrap();
    let [by_the_sdk, ours] = both(&script);
    assert_eq!(ours, by_the_sdk);
}

#[tokio::test]
async fn a_transaction_is_what_the_sdk_sends() {
    let (script, item) = (script(), item());
    let client = script.client();
    let put = || Put::builder().table_name("t").set_item(Some(item.clone().into()));
    let guarded = put().condition_expression("attribute_not_exists(#k)");
    let guarded = guarded.expression_attribute_names("#k", "PK");
    let actions =
        [guarded, put()].map(|put| TransactWriteItem::builder().put(put.build().unwrap()).build());
    let transact = client.transact_write_items().client_request_token("token");
    transact.set_transact_items(Some(actions.into())).send().await.unwrap();
    let guarded = Request::put("t", &item).only_if("attribute_not_exists(#k)").name("#k", "PK");
    let transact_items = [guarded, Request::put("t", &item)].map(Action::Put).into();
    let transaction = Transaction { client_request_token: "token", transact_items };
    let body = serde_json::to_vec(&transaction).unwrap();
    client.call::<Answer>(TRANSACT, body).await.unwrap();
    let [by_the_sdk, ours] = both(&script);
    assert_eq!(ours, by_the_sdk);
}

#[tokio::test]
async fn a_query_is_what_the_sdk_sends() {
    let script = script();
    let client = script.client();
    let query = client.query().table_name("t").index_name("i").scan_index_forward(false);
    let query = query.key_condition_expression("#p = :p").filter_expression("#s IN (:s0)");
    let query = query.expression_attribute_names("#p", "PK").expression_attribute_names("#s", "S");
    let query = query.expression_attribute_values(":p", s("p"));
    let query = query.expression_attribute_values(":s0", s("FAILED")).limit(7);
    let query = query.return_consumed_capacity(ReturnConsumedCapacity::Total);
    query.exclusive_start_key("PK", s("k")).send().await.unwrap();
    let query = Read::query("t", "#p = :p").index("i").only_if("#s IN (:s0)").name("#p", "PK");
    let query = query.name("#s", "S").value(":p", s("p")).value(":s0", s("FAILED")).limit(7);
    let after = primary_key([("PK", "k".to_owned())]);
    client.page(&query.forward(false).with_its_cost().after(Some(after))).await.unwrap();
    let [by_the_sdk, ours] = both(&script);
    assert_eq!(ours, by_the_sdk);
}

#[tokio::test]
async fn a_count_is_what_the_sdk_asks_for() {
    let script = script();
    let client = script.client();
    let query = client.query().table_name("t").key_condition_expression("#p = :p");
    let query = query.expression_attribute_names("#p", "PK").consistent_read(true);
    let query = query.expression_attribute_values(":p", s("p")).select(Select::Count);
    query.send().await.unwrap();
    let query = Read::query("t", "#p = :p").consistent().name("#p", "PK").value(":p", s("p"));
    client.page(&query.counting()).await.unwrap();
    let [by_the_sdk, ours] = both(&script);
    assert_eq!(ours, by_the_sdk);
}

#[tokio::test]
async fn a_scan_is_what_the_sdk_sends() {
    let script = script();
    let client = script.client();
    let scan = client.scan().table_name("t").consistent_read(true).segment(1).total_segments(4);
    scan.send().await.unwrap();
    client.page(&Read::scan("t").consistent().segment(1, 4)).await.unwrap();
    let [by_the_sdk, ours] = both(&script);
    assert_eq!(ours, by_the_sdk);
}

#[rstest]
#[case(&["PK", "status"], Some("#PK, #status"))]
#[case(&[], None)]
#[tokio::test]
async fn a_read_of_many_keys_is_what_the_sdk_sends(
    #[case] attributes: &[&str],
    #[case] projection: Option<&str>,
) {
    let script = script();
    let client = script.client();
    let keys = ["a", "b"].map(|key| primary_key([("PK", key.to_owned())]));
    let mut of_table = KeysAndAttributes::builder()
        .set_keys(Some(keys.iter().cloned().map(Into::into).collect()))
        .set_projection_expression(projection.map(str::to_owned))
        .consistent_read(true);
    for name in attributes {
        of_table = of_table.expression_attribute_names(format!("#{name}"), *name);
    }
    let batch = client.batch_get_item().request_items("t", of_table.build().unwrap());
    batch.send().await.unwrap();
    let body = Batch::new(&keys, attributes).of("t").unwrap();
    client.call::<Batched>(Batch::TARGET, body).await.unwrap();
    let [by_the_sdk, ours] = both(&script);
    assert_eq!(ours, by_the_sdk);
}

#[tokio::test]
async fn pages_are_read_up_to_the_last_as_the_sdk_reads_them() {
    let key = |key: &str| json!({ "PK": { "S": key } });
    let pages = || {
        [
            CannedAnswer::ok(
                json!({ "Items": [item()], "Count": 1, "LastEvaluatedKey": key("a") }),
            ),
            CannedAnswer::ok(json!({ "Items": [], "Count": 0, "LastEvaluatedKey": key("b") })),
            // The SDK takes an empty key for the end too.
            CannedAnswer::ok(json!({ "Items": [item()], "Count": 1, "LastEvaluatedKey": {} })),
        ]
    };
    let script = Script::new(pages().into_iter().chain(pages()));
    let client = script.client();
    let by_the_sdk = client.scan().table_name("t").into_paginator().items().send();
    let by_the_sdk: Vec<_> = by_the_sdk.collect::<Result<_, _>>().await.unwrap();
    let ours = client.whole(Read::scan("t")).await.unwrap();
    assert_eq!(ours.items, by_the_sdk.into_iter().map(Item::from).collect::<Vec<_>>());
    assert_eq!(ours.count, 2);
    let requests = script.requests();
    assert_eq!(requests[..3], requests[3..]);
}

#[tokio::test]
async fn a_page_says_what_it_cost() {
    let capacity = json!({ "TableName": "t", "CapacityUnits": 1.5 });
    let page = json!({ "Count": 2, "ScannedCount": 7, "ConsumedCapacity": capacity });
    let client = Script::new([CannedAnswer::ok(page)]).client();
    let page = client.page(&Read::scan("t")).await.unwrap();
    assert_eq!((page.count, page.scanned_count, page.units()), (2, 7, 1.5));
}

#[tokio::test]
async fn an_item_is_read_as_the_sdk_reads_it() {
    let answer = CannedAnswer::ok(json!({ "Item": item() }));
    let client = Script::new([answer.clone(), answer]).client();
    let by_the_sdk = client.get_item().table_name("t").key("PK", s("k")).send().await.unwrap();
    let ours = client.send(&Request::get("t").key("PK", s("k"))).await.unwrap();
    assert_eq!(ours.item, by_the_sdk.item.map(Item::from));
}

#[rstest]
#[case(json!({ "Item": { "PK": { "S": "k" } } }), true)]
#[case(json!({}), false)]
#[tokio::test]
async fn the_item_that_a_failed_condition_is_about_is_returned(
    #[case] more: Value,
    #[case] has_item: bool,
) {
    let mut body = json!({ "__type": "x#ConditionalCheckFailedException", "message": "m" });
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let client = Script::new([CannedAnswer::Http(400, body)]).client();
    let failed = client.send(&Request::delete("t").key("PK", s("k"))).await.unwrap_err();
    assert_eq!(old_item(&failed).is_some(), has_item);
}
