//! Time to live: what a sweep deletes and what it leaves in the stream.

use std::time::Duration;

use aws_sdk_dynamodb::types::{AttributeValue, TimeToLiveSpecification};
use tokio::sync::oneshot;

use crate::support::{Served, TABLE, item};

const GONE: (&str, &str) = ("TRIP#1", "OUTBOX#1");
const LASTING: (&str, &str) = ("TRIP#1", "OUTBOX#2");
const ENDLESS: (&str, &str) = ("TRIP#1", "METADATA");

async fn put_expiring(served: &Served, key: (&str, &str), expires_at: &str) {
    let mut item = item(key, &[("GSI1PK", "OUTBOX"), ("GSI1SK", "1")]);
    item.insert("expires_at".to_owned(), AttributeValue::N(expires_at.to_owned()));
    served.dynamodb.put_item().table_name(TABLE).set_item(Some(item)).send().await.unwrap();
}

async fn with_expired_item() -> Served {
    let served = Served::with_table().await;
    let ttl = TimeToLiveSpecification::builder().enabled(true).attribute_name("expires_at").build();
    let request = served.dynamodb.update_time_to_live().table_name(TABLE);
    request.time_to_live_specification(ttl.unwrap()).send().await.unwrap();
    put_expiring(&served, GONE, "1").await;
    put_expiring(&served, LASTING, "99999999999").await;
    served.put(ENDLESS, &[]).await;
    served
}

#[tokio::test]
async fn a_sweep_deletes_expired_items_only() {
    let served = with_expired_item().await;
    assert_eq!(served.engine.sweep_ttl().unwrap(), 1);
    assert_eq!(served.get(GONE).await, None);
    assert!(served.get(LASTING).await.is_some() && served.get(ENDLESS).await.is_some());
}

#[tokio::test]
async fn an_expiry_is_recorded_as_a_removal_with_an_identity_the_sdk_sees_empty() {
    let served = with_expired_item().await;
    served.engine.sweep_ttl().unwrap();
    let records = served.records().await;
    let removal = records.last().unwrap();
    assert_eq!(removal.event_name().unwrap().as_str(), "REMOVE");
    let identity = removal.user_identity().unwrap();
    assert_eq!((identity.r#type(), identity.principal_id()), (None, None));
}

#[tokio::test]
async fn sweeping_goes_on_until_it_is_told_to_stop() {
    let served = with_expired_item().await;
    let (stop, stopped) = oneshot::channel::<()>();
    let engine = served.engine.clone();
    let sweeping = tokio::spawn(async move {
        engine.sweep_ttl_every(Duration::from_millis(5), async { drop(stopped.await) }).await;
    });
    let swept = async { while served.get(GONE).await.is_some() {} };
    tokio::time::timeout(Duration::from_secs(30), swept).await.expect("the item expires");
    drop(stop);
    sweeping.await.unwrap();
}
