//! An event that can never be published is set aside, until an operator redrives or discards it.

use bed::Bed;
use domain::Timestamp;
use rstest_reuse::apply;
use serde_dynamo::Item;
use store::keys::shard;
use store::outbox::{OpenEvents, Outbox, OutboxKey, OutboxStatus, Parked, decode};

use super::marking::item_of;
use super::steps::{at, id};
use super::world::{On, on_both};

async fn pending(bed: &Bed) -> OpenEvents {
    let (outbox, shard) = (bed.outbox(), shard(&id("trip-1")));
    outbox.pending_before(shard, tomorrow(), 100, None).await.unwrap()
}

async fn parked(bed: &Bed) -> OpenEvents {
    let (outbox, shard) = (bed.outbox(), shard(&id("trip-1")));
    outbox.parked_before(shard, tomorrow(), 100, None).await.unwrap()
}

fn tomorrow() -> Timestamp {
    at(86_400_000)
}

/// A bed whose outbox has parked the second event of `trip-1`, the keys of all, and the item of
/// that event before.
async fn with_parked(on: On) -> (Bed, Outbox, Vec<OutboxKey>, Item) {
    let (bed, keys) = on.booked().await;
    let (outbox, before) = (bed.outbox(), item_of(&bed, &keys[1]).await);
    assert_eq!(outbox.park(&keys[1], "too large", at(5_000)).await.unwrap(), Parked::Done);
    (bed, outbox, keys, before)
}

fn keys_in(events: &OpenEvents) -> Vec<OutboxKey> {
    events.records.iter().map(store::outbox::OutboxRecord::key).collect()
}

#[apply(on_both)]
#[tokio::test]
async fn a_parked_event_leaves_the_others_alone_and_waits_with_its_reason(on: On) {
    let (bed, _, keys, _) = with_parked(on).await;
    assert_eq!(keys_in(&pending(&bed).await), [keys[0].clone(), keys[2].clone(), keys[3].clone()]);
    assert_eq!(keys_in(&parked(&bed).await), [keys[1].clone()]);
    let item = item_of(&bed, &keys[1]).await;
    assert_eq!(item["parked_reason"], serde_dynamo::AttributeValue::S("too large".to_owned()));
    assert!(!item.contains_key("expires_at"));
}

#[apply(on_both)]
#[tokio::test]
async fn only_a_pending_event_is_parked_and_only_a_parked_one_redriven_or_discarded(on: On) {
    let (bed, keys) = on.booked().await;
    let outbox = bed.outbox();
    bed.marks().mark_dispatched(&keys[..1], at(5_000)).await;
    assert_eq!(outbox.park(&keys[0], "late", at(6_000)).await.unwrap(), Parked::NotApplicable);
    assert_eq!(outbox.redrive(&keys[1]).await.unwrap(), Parked::NotApplicable);
    assert_eq!(outbox.discard(&keys[1], at(6_000)).await.unwrap(), Parked::NotApplicable);
    assert_eq!(decode(item_of(&bed, &keys[0]).await).unwrap().status, OutboxStatus::Dispatched);
    assert_eq!(decode(item_of(&bed, &keys[1]).await).unwrap().status, OutboxStatus::Pending);
}

#[apply(on_both)]
#[tokio::test]
async fn a_redriven_event_is_pending_again_in_its_old_place(on: On) {
    let (bed, outbox, keys, before) = with_parked(on).await;
    assert_eq!(outbox.redrive(&keys[1]).await.unwrap(), Parked::Done);
    assert_eq!(item_of(&bed, &keys[1]).await, before);
    assert_eq!(keys_in(&pending(&bed).await), keys);
}

#[apply(on_both)]
#[tokio::test]
async fn a_discarded_event_is_not_open_work_and_stays(on: On) {
    let (bed, outbox, keys, _) = with_parked(on).await;
    assert_eq!(outbox.discard(&keys[1], at(6_000)).await.unwrap(), Parked::Done);
    let item = item_of(&bed, &keys[1]).await;
    assert_eq!(decode(item.clone()).unwrap().status, OutboxStatus::Discarded);
    assert!(item.contains_key("discarded_at") && !item.contains_key("expires_at"));
    assert!(!item.contains_key("GSI1PK") && !item.contains_key("GSI1SK"));
    assert_eq!(keys_in(&parked(&bed).await), []);
}
