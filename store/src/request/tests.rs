//! A request is what the SDK sends for the same; an answer is read as the SDK reads it.

use aws_sdk_dynamodb::types::ReturnValuesOnConditionCheckFailure::AllOld;
use aws_sdk_dynamodb::types::{Put, TransactWriteItem};
use rstest::rstest;
use serde_json::{Value, json};

use super::*;
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
