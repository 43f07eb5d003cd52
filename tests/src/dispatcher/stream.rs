//! What the table's stream brings is published in order, marked, and never lost.

use bed::{batch, invocation};
use dispatcher::{BusAnswer, sweeper};
use lambda_kit::deadline::Deadline;
use lambda_kit::stream::{Batch, Text, raw};
use serde_json::json;
use store::outbox::PendingEvent;

use super::bus::refused;
use super::world::{A_MINUTE, AN_HOUR, EVENTS, World, is_of_event, place_of, trips};

#[tokio::test]
async fn committed_events_are_published_in_order_and_marked() {
    let (world, trips) = World::booked([1, 2, 3], A_MINUTE).await;
    assert_eq!(world.outbox.open_counts().await.unwrap().pending_events, 3 * EVENTS as u64);
    let records = world.stream("INSERT", 3 * EVENTS).await;
    assert_eq!(world.dispatch(&records).await, None);
    world.assert_dispatched(&trips).await;
    world.assert_nothing_is_open().await;
}

#[tokio::test]
async fn an_old_batch_that_comes_again_publishes_only_what_is_still_pending() {
    let (world, [swept]) = World::booked([1], AN_HOUR).await;
    let [missed] = trips([2]);
    let now = "2026-01-15T12:00:00Z".parse().unwrap();
    sweeper::sweep(&world.deps, now, Deadline::after(A_MINUTE)).await;
    world.book(&missed, AN_HOUR).await;
    let records = world.stream("INSERT", 2 * EVENTS).await;
    for _ in 0..2 {
        assert_eq!(world.dispatch(&records).await, None);
        world.assert_dispatched([&swept, &missed]).await;
    }
}

#[tokio::test]
async fn a_young_batch_that_comes_again_publishes_the_same_events() {
    let (world, [trip]) = World::booked([1], A_MINUTE).await;
    let records = world.stream("INSERT", EVENTS).await;
    for _ in 0..2 {
        assert_eq!(world.dispatch(&records).await, None);
    }
    let keys = world.keys(&trip).await;
    assert_eq!(world.bus.published(), [keys.clone(), keys].concat());
    world.assert_nothing_is_open().await;
}

#[tokio::test]
async fn an_event_that_is_refused_for_good_is_parked_and_the_rest_go_on() {
    let (world, [trip]) = World::booked([1], A_MINUTE).await;
    let keys = world.keys(&trip).await;
    world.bus.answer(&keys[1], &refused(), 1);
    let records = world.stream("INSERT", EVENTS).await;
    assert_eq!(world.dispatch(&records).await, None);
    assert_eq!(world.bus.published(), [&keys[..1], &keys[2..]].concat());
    let open = world.outbox.open_counts().await.unwrap();
    assert_eq!((open.parked_events, open.pending_events), (1, 0));
    let marked =
        world.committed(&trip).await.into_iter().map(|event| event.dispatched_at.is_some());
    assert_eq!(marked.collect::<Vec<_>>(), [true, false, true, true]);
}

#[tokio::test]
async fn an_event_that_stays_refused_for_now_is_left_to_the_sweeper_and_the_rest_go_on() {
    let (world, trips) = World::booked([1, 2], A_MINUTE).await;
    let keys = [world.keys(&trips[0]).await, world.keys(&trips[1]).await].concat();
    world.bus.answer(&keys[4], &BusAnswer::TryAgain("ThrottlingException".to_owned()), 5);
    let records = world.stream("INSERT", 2 * EVENTS).await;
    assert_eq!(world.dispatch(&records).await, None);
    let mut published = world.bus.published();
    published.sort_by(|one, other| one.trip_id.cmp(&other.trip_id));
    assert_eq!(published, [&keys[..4], &keys[5..]].concat());
    assert_eq!(world.outbox.open_counts().await.unwrap().pending_events, 1);
    let later = "2026-01-15T13:00:00Z".parse().unwrap();
    sweeper::sweep(&world.deps, later, Deadline::after(A_MINUTE)).await;
    assert_eq!(world.bus.published().last(), Some(&keys[4]));
    world.assert_nothing_is_open().await;
}

#[tokio::test]
async fn marks_expiries_and_unknown_records_publish_nothing() {
    let (world, [trip]) = World::booked([1], A_MINUTE).await;
    let inserted = world.stream("INSERT", EVENTS).await;
    world.dispatch(&inserted).await;
    let keys = world.keys(&trip).await;
    world.expire(&keys[0]).await;

    let mut later = world.stream("REMOVE", 1).await.split_off(inserted.len());
    let names: Vec<_> = later.iter().map(|record| record["eventName"].clone()).collect();
    assert_eq!(names, ["MODIFY", "MODIFY", "MODIFY", "MODIFY", "REMOVE"]);
    later[EVENTS]["userIdentity"] =
        json!({ "type": "Service", "principalId": "dynamodb.amazonaws.com" });
    let mut unknown = place_of(&inserted, &keys[1]).1.clone();
    unknown["eventName"] = json!("ARCHIVE");
    later.push(unknown);

    assert_eq!(world.dispatch(&later).await, None);
    assert_eq!(world.bus.published(), keys);
    world.assert_nothing_is_open().await;
}

/// A record in another form would make its whole batch be read record by record.
#[tokio::test]
async fn every_new_event_of_a_booking_has_the_usual_form() {
    let (world, _) = World::booked([1, 2], A_MINUTE).await;
    let mut records = world.stream("INSERT", 2 * EVENTS).await;
    records.retain(|record| is_of_event(record, "INSERT"));
    let event = raw(invocation(batch(&records)));
    let text = Text::with_numbers_for(PendingEvent::DETAIL, &event.payload);
    let read =
        Batch::read(&text, |keys, image| PendingEvent::of(keys, image, text.texts())).unwrap();
    assert!(matches!(read, Batch::Plain(events) if events.len() == records.len()));
}
