//! An event that can never be published is set aside, until an operator redrives or discards it.

use domain::Timestamp;
use rstest::rstest;
use store::keys::shard;
use store::outbox::{OpenEvents, OutboxKey, OutboxStatus, Parked, decode};

use super::marking::{item_of, keys_of};
use super::steps::{at, book, id};
use super::world::{On, World};

async fn pending(world: &World) -> OpenEvents {
    let (outbox, shard) = (world.outbox(), shard(&id("trip-1")));
    outbox.pending_before(shard, tomorrow(), 100, None).await.unwrap()
}

async fn parked(world: &World) -> OpenEvents {
    let (outbox, shard) = (world.outbox(), shard(&id("trip-1")));
    outbox.parked_before(shard, tomorrow(), 100, None).await.unwrap()
}

fn tomorrow() -> Timestamp {
    at(86_400_000)
}

fn keys_in(events: &OpenEvents) -> Vec<OutboxKey> {
    events.records.iter().map(store::outbox::OutboxRecord::key).collect()
}

#[rstest]
#[tokio::test]
async fn a_parked_event_leaves_the_others_alone_and_waits_with_its_reason(
    #[values(On::DynamoDbLocal, On::Engine)] on: On,
) {
    let world = World::new(on).await;
    book(&world.trips(), "trip-1").await;
    let keys = keys_of(&world, "trip-1").await;
    let outcome = world.outbox().park(&keys[1], "too large", at(5_000)).await.unwrap();
    assert_eq!(outcome, Parked::Done);
    assert_eq!(
        keys_in(&pending(&world).await),
        [keys[0].clone(), keys[2].clone(), keys[3].clone()]
    );
    assert_eq!(keys_in(&parked(&world).await), [keys[1].clone()]);
    let item = item_of(&world, &keys[1]).await;
    assert_eq!(item["parked_reason"], serde_dynamo::AttributeValue::S("too large".to_owned()));
    assert!(!item.contains_key("expires_at"));
}

#[rstest]
#[tokio::test]
async fn only_a_pending_event_is_parked_and_only_a_parked_one_redriven_or_discarded(
    #[values(On::DynamoDbLocal, On::Engine)] on: On,
) {
    let world = World::new(on).await;
    book(&world.trips(), "trip-1").await;
    let (outbox, keys) = (world.outbox(), keys_of(&world, "trip-1").await);
    outbox.mark_dispatched(&keys[..1], at(5_000)).await;
    assert_eq!(outbox.park(&keys[0], "late", at(6_000)).await.unwrap(), Parked::NotApplicable);
    assert_eq!(outbox.redrive(&keys[1]).await.unwrap(), Parked::NotApplicable);
    assert_eq!(outbox.discard(&keys[1], at(6_000)).await.unwrap(), Parked::NotApplicable);
    assert_eq!(decode(item_of(&world, &keys[0]).await).unwrap().status, OutboxStatus::Dispatched);
    assert_eq!(decode(item_of(&world, &keys[1]).await).unwrap().status, OutboxStatus::Pending);
}

#[rstest]
#[tokio::test]
async fn a_redriven_event_is_pending_again_in_its_old_place(
    #[values(On::DynamoDbLocal, On::Engine)] on: On,
) {
    let world = World::new(on).await;
    book(&world.trips(), "trip-1").await;
    let (outbox, keys) = (world.outbox(), keys_of(&world, "trip-1").await);
    let before = item_of(&world, &keys[1]).await;
    outbox.park(&keys[1], "too large", at(5_000)).await.unwrap();
    assert_eq!(outbox.redrive(&keys[1]).await.unwrap(), Parked::Done);
    assert_eq!(item_of(&world, &keys[1]).await, before);
    assert_eq!(keys_in(&pending(&world).await), keys);
}

#[rstest]
#[tokio::test]
async fn a_discarded_event_is_no_open_work_and_stays(
    #[values(On::DynamoDbLocal, On::Engine)] on: On,
) {
    let world = World::new(on).await;
    book(&world.trips(), "trip-1").await;
    let (outbox, keys) = (world.outbox(), keys_of(&world, "trip-1").await);
    outbox.park(&keys[1], "too large", at(5_000)).await.unwrap();
    assert_eq!(outbox.discard(&keys[1], at(6_000)).await.unwrap(), Parked::Done);
    let item = item_of(&world, &keys[1]).await;
    assert_eq!(decode(item.clone()).unwrap().status, OutboxStatus::Discarded);
    assert!(item.contains_key("discarded_at") && !item.contains_key("expires_at"));
    assert!(!item.contains_key("GSI1PK") && !item.contains_key("GSI1SK"));
    assert_eq!(keys_in(&parked(&world).await), []);
}
