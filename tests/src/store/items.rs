//! A trip's items as they are stored.

use rstest_reuse::apply;
use serde_json::json;

use super::steps::{book, id};
use super::world::{On, on_both};

#[apply(on_both)]
#[tokio::test]
async fn a_trip_s_items_are_read_as_stored_and_no_other_s(on: On) {
    let (bed, _) = on.booked().await;
    book(&bed.trips(), "trip-10").await;
    let items = bed.trips().items(&id("trip-1")).await.unwrap();
    assert!(items.iter().all(|item| item["PK"] == json!({"S": "TRIP#trip-1"})), "{items:?}");
    let keys = items.iter().map(|item| item["SK"]["S"].as_str().unwrap());
    let kinds: Vec<_> = keys.map(|key| key.split('#').next().unwrap()).collect();
    let event = ["OUTBOX"; 4];
    let expected = [&["FLIGHT", "HOTEL", "METADATA"][..], &event, &["PAYMENT"]].concat();
    assert_eq!(kinds, expected);
    let root = items.iter().find(|item| item["SK"] == json!({"S": "METADATA"})).unwrap();
    assert_eq!(root["version"], json!({"N": "3"}));
    assert_eq!(bed.trips().items(&id("trip-2")).await.unwrap(), Vec::<serde_json::Value>::new());
}
