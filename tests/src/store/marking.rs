//! Published events are marked once, leave the index of open work, and only then expire.

use bed::Bed;
use domain::EventId;
use rstest_reuse::apply;
use serde_dynamo::{AttributeValue, Item};
use store::keys;
use store::outbox::{OutboxKey, OutboxStatus, RETENTION, decode};

use super::steps::{at, book, id};
use super::world::{On, item, on_both};

/// The keys of a trip's events, in order.
pub(super) async fn keys_of(bed: &Bed, trip: &str) -> Vec<OutboxKey> {
    let timeline = bed.outbox().timeline(&id(trip)).await.unwrap();
    let key = |event_id: &str| OutboxKey {
        trip_id: id(trip),
        event_id: EventId::parse(event_id).unwrap(),
    };
    timeline.events.iter().map(|entry| key(entry.envelope["id"].as_str().unwrap())).collect()
}

/// The item of an event.
pub(super) async fn item_of(bed: &Bed, key: &OutboxKey) -> Item {
    let (pk, sk) = (keys::trip(&key.trip_id), keys::outbox(key.event_id));
    item(bed, &pk, &sk).await.unwrap()
}

#[apply(on_both)]
#[tokio::test]
async fn a_pending_event_never_expires_and_a_dispatched_one_does(on: On) {
    let (bed, keys) = on.booked().await;
    let before = item_of(&bed, &keys[0]).await;
    assert!(before.contains_key("GSI1PK") && !before.contains_key("expires_at"));

    let report = bed.marks().mark_dispatched(&keys[..1], at(5_000)).await;
    assert_eq!((report.marked, report.already, report.failed.len()), (1, 0, 0));

    let after = item_of(&bed, &keys[0]).await;
    assert_eq!(decode(after.clone()).unwrap().status, OutboxStatus::Dispatched);
    assert!(!after.contains_key("GSI1PK") && !after.contains_key("GSI1SK"));
    let expiry = at(5_000).as_seconds() + i64::try_from(RETENTION.as_secs()).unwrap();
    assert_eq!(after["expires_at"], AttributeValue::N(expiry.to_string()));
    assert_eq!(after["dispatched_at"], AttributeValue::S(at(5_000).to_string()));
    assert_eq!(decode(after).unwrap().detail, decode(before).unwrap().detail);
}

#[apply(on_both)]
#[tokio::test]
async fn marking_again_changes_nothing_and_is_not_a_failure(on: On) {
    let (bed, keys) = on.booked().await;
    bed.marks().mark_dispatched(&keys[..2], at(5_000)).await;
    let report = bed.marks().mark_dispatched(&keys, at(9_000)).await;
    assert_eq!((report.marked, report.already, report.failed.len()), (2, 2, 0));
    let first = item_of(&bed, &keys[0]).await;
    assert_eq!(first["dispatched_at"], AttributeValue::S(at(5_000).to_string()));
}

#[apply(on_both)]
#[tokio::test]
async fn an_event_that_expired_meanwhile_is_not_brought_back(on: On) {
    let bed = on.bed().await;
    let gone = OutboxKey {
        trip_id: id("trip-1"),
        event_id: EventId::parse("01957a3e-5b00-7000-8000-000000000001").unwrap(),
    };
    let report = bed.marks().mark_dispatched(std::slice::from_ref(&gone), at(0)).await;
    assert_eq!((report.marked, report.already, report.failed.len()), (0, 1, 0));
    assert!(item(&bed, &keys::trip(&gone.trip_id), &keys::outbox(gone.event_id)).await.is_none());
}

#[apply(on_both)]
#[tokio::test]
async fn more_marks_than_one_call_takes_are_all_made(on: On) {
    let bed = on.bed().await;
    let mut keys = Vec::new();
    for n in 0..7 {
        let trip = format!("trip-{n}");
        book(&bed.trips(), &trip).await;
        keys.extend(keys_of(&bed, &trip).await);
    }
    let report = bed.marks().mark_dispatched(&keys, at(5_000)).await;
    assert_eq!((report.marked, report.already, report.failed.len()), (28, 0, 0));
    assert_eq!(bed.outbox().still_pending(&keys).await.unwrap().len(), 0);
}
