//! GSI1 as the store uses it: sparse, keys only, in order, a page at a time.

use aws_sdk_dynamodb::error::ProvideErrorMetadata;
use aws_sdk_dynamodb::operation::query::builders::QueryFluentBuilder;
use aws_sdk_dynamodb::types::AttributeValue;

use crate::support::{Item, Served, TABLE, item};

const PENDING: &str = "OUTBOX#PENDING#7";

fn open_work(served: &Served) -> QueryFluentBuilder {
    let query = served.dynamodb.query().table_name(TABLE).index_name("GSI1");
    let value = AttributeValue::S(PENDING.to_owned());
    query.key_condition_expression("GSI1PK = :pk").expression_attribute_values(":pk", value)
}

async fn put_event(served: &Served, number: usize) -> Item {
    let (sk, order) = (format!("OUTBOX#{number}"), format!("2026-01-0{number}"));
    let keys = [("GSI1PK", PENDING), ("GSI1SK", order.as_str())];
    served.put(("TRIP#1", &sk), &[&keys[..], &[("body", "not projected")]].concat()).await;
    item(("TRIP#1", &sk), &keys)
}

async fn remove_from_index(served: &Served, sk: &str) {
    let update = served.dynamodb.update_item().table_name(TABLE);
    let update = update.set_key(Some(item(("TRIP#1", sk), &[])));
    update.update_expression("REMOVE GSI1PK, GSI1SK").send().await.unwrap();
}

#[tokio::test]
async fn the_index_holds_only_items_with_its_keys_and_only_keys() {
    let served = Served::with_table().await;
    served.put(("TRIP#1", "METADATA"), &[]).await;
    let event = put_event(&served, 1).await;
    assert_eq!(open_work(&served).send().await.unwrap().items(), [event]);
    remove_from_index(&served, "OUTBOX#1").await;
    assert_eq!(open_work(&served).send().await.unwrap().count(), 0);
}

#[tokio::test]
async fn pages_follow_the_sort_key_forwards_and_backwards() {
    let served = Served::with_table().await;
    let mut events = Vec::new();
    for number in [1, 2, 3] {
        events.push(put_event(&served, number).await);
    }
    for forward in [true, false] {
        let query = || open_work(&served).scan_index_forward(forward).limit(2);
        let first = query().send().await.unwrap();
        let start = first.last_evaluated_key.clone();
        let second = query().set_exclusive_start_key(start).send().await.unwrap();
        assert_eq!([first.items(), second.items()].concat(), events);
        assert_eq!(second.last_evaluated_key, None);
        events.reverse();
    }
}

#[tokio::test]
async fn a_strong_read_of_an_index_is_refused() {
    let served = Served::with_table().await;
    let error =
        open_work(&served).consistent_read(true).send().await.unwrap_err().into_service_error();
    assert_eq!(error.code(), Some("ValidationException"));
}
