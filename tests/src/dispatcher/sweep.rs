//! What the stream never brought is published by the sweeper, in order, and marked.

use bed::invocation;
use dispatcher::{BusAnswer, sweeper};
use domain::{Timestamp, TripId};
use lambda_kit::metrics::recorded;
use serde_json::{Value, json};
use store::keys::shard;
use store::outbox::Parked;

use super::bus::refused;
use super::world::{A_MINUTE, AN_HOUR, EVENTS, World, trips};

/// More trips of one shard than a page of the sweeper holds the events of.
const MORE_THAN_A_PAGE: usize = 27;

async fn sweep(world: &World) -> Value {
    let event = invocation(json!({ "source": "aws.scheduler" }));
    sweeper::handle(&world.deps, event).await.unwrap()
}

/// A report of this many events published and marked, and nothing else.
fn all_went_well(events: usize) -> Value {
    json!({ "published": events, "marked": events, "parked": 0, "failed": 0, "remaining": false })
}

#[tokio::test]
async fn missed_events_are_published_in_order_and_marked_and_young_ones_are_left() {
    let world = World::new().await;
    let [old, older, young] = trips([1, 2, 3]);
    world.book(&old, AN_HOUR).await;
    world.book(&older, 2 * AN_HOUR).await;
    world.book(&young, A_MINUTE).await;
    assert_eq!(sweep(&world).await, all_went_well(2 * EVENTS));
    world.assert_dispatched([&old, &older]).await;
    assert_eq!(world.bus.envelopes(&young), [json!(null); 0]);
    assert_eq!(world.outbox.open_counts().await.unwrap().pending_events, EVENTS as u64);
    assert_eq!(sweep(&world).await, all_went_well(0));
}

#[tokio::test]
async fn a_shard_of_more_than_a_page_is_swept_to_its_end() {
    let world = World::new().await;
    let all = (0..).map(|number| trips([number])).map(|[trip]| trip);
    let crowd: Vec<TripId> = all.filter(|trip| shard(trip) == 0).take(MORE_THAN_A_PAGE).collect();
    for trip in &crowd {
        world.book(trip, AN_HOUR).await;
    }
    assert_eq!(sweep(&world).await, all_went_well(MORE_THAN_A_PAGE * EVENTS));
    world.assert_dispatched(&crowd).await;
    world.assert_nothing_is_open().await;
}

#[tokio::test]
async fn a_parked_event_goes_out_with_the_next_sweep_once_it_is_redriven() {
    let (world, [trip]) = World::booked([1], AN_HOUR).await;
    let keys = world.keys(&trip).await;
    world.bus.answer(&keys[2], &refused(), 1);
    let report = sweep(&world).await;
    assert_eq!((&report["published"], &report["parked"]), (&json!(EVENTS - 1), &json!(1)));
    assert_eq!(sweep(&world).await, all_went_well(0));

    assert_eq!(world.outbox.redrive(&keys[2]).await.unwrap(), Parked::Done);
    assert_eq!(sweep(&world).await, all_went_well(1));
    assert_eq!(world.bus.published()[EVENTS - 1..], keys[2..3]);
    world.assert_nothing_is_open().await;
}

#[tokio::test]
async fn what_the_bus_does_not_take_is_left_to_the_next_sweep() {
    let (world, [trip]) = World::booked([1], AN_HOUR).await;
    let keys = world.keys(&trip).await;
    world.bus.answer(&keys[0], &BusAnswer::TryAgain("InternalFailure".to_owned()), 5);
    let report = sweep(&world).await;
    let expected =
        json!({ "published": 3, "marked": 3, "parked": 0, "failed": 1, "remaining": false });
    assert_eq!(report, expected);
    assert_eq!(sweep(&world).await, all_went_well(1));
    assert_eq!(world.bus.published(), [&keys[1..], &keys[..1]].concat());
    world.assert_nothing_is_open().await;
}

/// What a sweep tells of the backlog it finds: parked events, and seconds of the oldest pending
/// one.
async fn backlog(world: &World) -> (u64, u64) {
    let (_, told) = recorded(sweep(world)).await;
    (told["ParkedEventsNow"], told["OldestPendingEventSeconds"])
}

#[tokio::test]
async fn each_sweep_tells_what_waits_and_since_when_until_nothing_does() {
    let (world, [old]) = World::booked([1], AN_HOUR).await;
    let [young] = trips([2]);
    world.book(&young, A_MINUTE).await;
    let third = world.keys(&old).await.remove(2);
    world.bus.answer(&third, &refused(), 1);
    assert_eq!(backlog(&world).await, (0, 3_600));
    assert_eq!(backlog(&world).await, (1, 60), "one is parked, and the young ones wait");
    assert_eq!(world.outbox.redrive(&third).await.unwrap(), Parked::Done);
    assert_eq!(backlog(&world).await, (0, 3_599), "the third event came two milliseconds later");
    world.marks.mark_dispatched(&world.keys(&young).await, Timestamp::from_millis(0)).await;
    assert_eq!(backlog(&world).await, (0, 0));
}
