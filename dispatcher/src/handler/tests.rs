//! Batches in wire JSON, a bus and a table that fail on demand, and what is published, parked,
//! marked and reported.

mod refused;

use std::sync::Arc;
use std::time::Duration;

use lambda_kit::metrics::recorded;
use lambda_kit::stream::raw;
use lambda_runtime::Context;
use proptest::prelude::*;
use rstest::rstest;
use serde_json::json;
use store::outbox::OutboxRecord;

use super::*;
use crate::fakes::{World, event, insert};
use crate::{BusAnswer, Limits};

const TWO_A_CALL: Limits = Limits { entries: 2, bytes: 1024 * 1024 };
const A_DAY: Duration = Duration::from_secs(24 * 60 * 60);

fn busy() -> BusAnswer {
    BusAnswer::TryAgain("ThrottlingException".to_owned())
}

fn refused() -> BusAnswer {
    BusAnswer::Refused("MalformedDetail".to_owned())
}

/// Events 1 to `count` of one trip: event `n` is in record `n`.
fn events(count: u64) -> Vec<OutboxRecord> {
    (1..=count).map(|sequence| event("trip-1", sequence)).collect()
}

fn batch(events: &[OutboxRecord]) -> Vec<Value> {
    events.iter().map(|event| insert(usize::try_from(event.sequence).unwrap(), event)).collect()
}

/// The number of the reported record, if any.
async fn run(world: &Arc<World>, records: Vec<Value>) -> Option<u64> {
    let event = LambdaEvent::new(json!({ "Records": records }), Context::default());
    let answer = handle(&world.deps(TWO_A_CALL), raw(event)).await.unwrap();
    let failures = answer["batchItemFailures"].as_array().unwrap();
    assert!(failures.len() <= 1, "{failures:?}");
    failures.first().map(|failure| failure["itemIdentifier"].as_str().unwrap().parse().unwrap())
}

#[tokio::test]
async fn new_events_are_published_in_order_and_marked() {
    let events = events(5);
    let world = Arc::new(World::of(&events));
    assert_eq!(run(&world, batch(&events)).await, None);
    let keys: Vec<_> = events.iter().map(OutboxRecord::key).collect();
    assert_eq!(world.published(), keys);
    assert_eq!(world.calls.lock().unwrap().len(), 3);
    assert!(!events.iter().any(|event| world.is_pending(event)));
    assert_eq!(*world.asked.lock().unwrap(), 0);
}

/// The bus gives this answer for event 3 of 6, with two events in a call: what is reported, and
/// what was published.
#[rstest]
#[case::busy_once(&[busy()], None, &[1, 2, 4, 3, 5, 6])]
#[case::busy_for_a_while(&[busy(), busy(), busy()], None, &[1, 2, 4, 3, 5, 6])]
#[case::busy_for_too_long(&vec![busy(); 5], None, &[1, 2, 4, 5, 6])]
#[case::refused(&[refused()], None, &[1, 2, 4, 5, 6])]
#[case::busy_and_then_refused(&[busy(), refused()], None, &[1, 2, 4, 5, 6])]
#[tokio::test(start_paused = true)]
async fn answers_are_read_entry_by_entry(
    #[case] answers: &[BusAnswer],
    #[case] reported: Option<u64>,
    #[case] published: &[usize],
) {
    let events = events(6);
    let world = Arc::new(World::of(&events).answering(&events[2], answers));
    assert_eq!(run(&world, batch(&events)).await, reported);
    let expected: Vec<_> = published.iter().map(|n| events[n - 1].key()).collect();
    assert_eq!(world.published(), expected);
    let left = answers.len() == 5;
    for event in &events {
        assert_eq!(world.is_pending(event), left && *event == events[2], "published is marked");
    }
    assert_eq!(world.is_parked(&events[2]), answers.contains(&refused()));
}

#[tokio::test(start_paused = true)]
async fn a_call_that_fails_whole_is_sent_again() {
    let events = events(3);
    let world = Arc::new(World { failing_calls: 3.into(), ..World::of(&events) });
    assert_eq!(run(&world, batch(&events)).await, None);
    assert_eq!(world.published().len(), 3);
}

#[rstest]
#[case::failing(World { failing_calls: usize::MAX.into(), ..World::default() })]
#[case::silent(World { bus_hangs: true, ..World::default() })]
#[tokio::test(start_paused = true)]
async fn while_the_bus_is_down_the_first_record_is_reported(#[case] world: World) {
    let world = Arc::new(world);
    assert_eq!(run(&world, batch(&events(3))).await, Some(1));
    assert_eq!(world.published(), []);
}

#[tokio::test]
async fn an_event_that_cannot_even_be_parked_comes_again() {
    let events = events(4);
    let world = World { table_is_down: true, ..World::of(&events) };
    let world = Arc::new(world.answering(&events[1], &[refused()]));
    assert_eq!(run(&world, batch(&events)).await, Some(2));
    assert_eq!(world.published(), [events[0].key()]);
}

#[tokio::test]
async fn a_mark_that_fails_does_not_fail_the_record() {
    let events = events(2);
    let world = Arc::new(World { table_is_down: true, ..World::of(&events) });
    assert_eq!(run(&world, batch(&events)).await, None);
    assert_eq!(world.published().len(), 2);
    assert!(world.is_pending(&events[0]), "the sweeper will meet it");
}

#[rstest]
#[case::of_an_unknown_version("schema_version", json!({ "N": "9" }))]
#[case::without_a_detail("detail", json!({ "NULL": true }))]
#[tokio::test]
async fn an_event_that_cannot_be_read_is_parked_and_the_others_go_on(
    #[case] attribute: &str,
    #[case] value: Value,
) {
    let events = events(3);
    let mut records = batch(&events);
    records[1]["dynamodb"]["NewImage"][attribute] = value;
    let world = Arc::new(World::of(&events));
    assert_eq!(run(&world, records).await, None);
    assert_eq!(world.published(), [events[0].key(), events[2].key()]);
    assert!(world.is_parked(&events[1]));
}

/// From a stream with another view type: the sweeper reads the event from its table.
#[rstest]
#[case::null(json!(null))]
#[case::empty(json!({}))]
#[tokio::test]
async fn an_event_that_came_without_its_image_stays_pending(#[case] image: Value) {
    let events = events(3);
    let mut records = batch(&events);
    records[1]["dynamodb"]["NewImage"] = image;
    records[1]["dynamodb"]["StreamViewType"] = json!("KEYS_ONLY");
    let world = Arc::new(World::of(&events));
    let (reported, told) = recorded(run(&world, records)).await;
    assert_eq!((reported, told["RecordsWithoutImage"], told["StreamsWithoutImages"]), (None, 1, 1));
    assert_eq!(world.published(), [events[0].key(), events[2].key()]);
    assert!(world.is_pending(&events[1]) && !world.is_parked(&events[1]));
}

#[tokio::test]
async fn an_unreadable_event_that_cannot_be_parked_stops_what_comes_after_it() {
    let events = events(3);
    let mut records = batch(&events);
    records[1]["dynamodb"]["NewImage"]["schema_version"] = json!({ "N": "9" });
    let world = Arc::new(World { table_is_down: true, ..World::of(&events) });
    assert_eq!(run(&world, records).await, Some(2));
    assert_eq!(world.published(), [events[0].key()]);
}

#[tokio::test]
async fn an_event_too_large_for_the_bus_is_parked() {
    let mut events = events(3);
    events[1].detail = format!("{{\"data\":\"{}\"}}", "x".repeat(TWO_A_CALL.bytes));
    let world = Arc::new(World::of(&events));
    assert_eq!(run(&world, batch(&events)).await, None);
    assert_eq!(world.published(), [events[0].key(), events[2].key()]);
    assert!(world.parked.lock().unwrap()[&events[1].key()].contains("bytes"));
}

#[tokio::test]
async fn an_event_whose_type_the_bus_would_drop_is_parked() {
    let mut events = events(3);
    events[1].event_type = "é".repeat(129);
    let world = Arc::new(World::of(&events));
    assert_eq!(run(&world, batch(&events)).await, None);
    assert_eq!(world.published(), [events[0].key(), events[2].key()]);
    assert!(world.parked.lock().unwrap()[&events[1].key()].contains("129 characters"));
}

#[rstest]
#[tokio::test]
async fn an_event_that_spoils_its_call_is_parked_and_the_others_go_alone(
    #[values(0, 1, 2, 3)] spoiler: usize,
) {
    let mut events = events(4);
    let world = World { spoiler: Some(events[spoiler].key()), ..World::of(&events) };
    let world = Arc::new(world);
    assert_eq!(run(&world, batch(&events)).await, None);
    let spoiler = events.remove(spoiler).key();
    assert_eq!(world.published(), events.iter().map(OutboxRecord::key).collect::<Vec<_>>());
    assert!(world.parked.lock().unwrap()[&spoiler].contains("ValidationException"));
}

#[tokio::test]
async fn an_event_without_a_proper_key_is_left_in_its_table() {
    let events = events(2);
    let mut records = batch(&events);
    records[0]["dynamodb"]["Keys"]["SK"] = json!({ "S": "OUTBOX#7" });
    let world = Arc::new(World::of(&events));
    let (reported, told) = recorded(run(&world, records)).await;
    assert_eq!((reported, told["RecordsUnreadable"]), (None, 1));
    assert_eq!(world.published(), [events[1].key()]);
    assert!(world.parked.lock().unwrap().is_empty());
}

/// None of these is a new event.
#[rstest]
#[case::mark("eventName", json!("MODIFY"))]
#[case::expiry("eventName", json!("REMOVE"))]
#[case::unknown("eventName", json!("ARCHIVE"))]
#[case::no_key("SK", json!({ "N": "7" }))]
#[case::trip("SK", json!({ "S": "METADATA" }))]
#[case::member("SK", json!({ "S": "FLIGHT#flight-trip-1" }))]
#[tokio::test]
async fn other_records_are_skipped(#[case] field: &str, #[case] value: Value) {
    let events = events(2);
    let mut records = batch(&events);
    match field {
        "eventName" => records[0]["eventName"] = value,
        key => records[0]["dynamodb"]["Keys"][key] = value,
    }
    let world = Arc::new(World::of(&events));
    let (reported, told) = recorded(run(&world, records)).await;
    assert_eq!((reported, told["RecordsSkipped"], told.get("RecordsUnreadable")), (None, 1, None));
    assert_eq!(world.published(), [events[1].key()]);
    assert!(world.parked.lock().unwrap().is_empty());
}

#[tokio::test]
async fn a_record_without_its_form_is_left_to_the_sweeper() {
    let events = events(2);
    let mut records = batch(&events);
    records[0].as_object_mut().unwrap().remove("eventName");
    let world = Arc::new(World::of(&events));
    assert_eq!(run(&world, records).await, None);
    assert_eq!(world.published(), [events[1].key()]);
    assert!(world.is_pending(&events[0]));
}

#[tokio::test]
async fn every_record_and_every_event_is_counted_once() {
    let events = events(9);
    let mut records = batch(&events);
    for unreadable in &mut records[0..2] {
        unreadable.as_object_mut().unwrap().remove("eventName");
    }
    for skipped in &mut records[2..4] {
        skipped["eventName"] = json!("REMOVE");
    }
    for misfit in &mut records[4..6] {
        misfit["dynamodb"]["NewImage"]["schema_version"] = json!({ "N": "9" });
    }
    let world = Arc::new(World::of(&events).answering(&events[6], &[refused()]));
    let (_, told) = recorded(run(&world, records)).await;
    let expected = [
        ("EventsParked", 3),
        ("EventsPublished", 2),
        ("RecordsSkipped", 2),
        ("RecordsUnreadable", 2),
    ];
    assert_eq!(told, expected.map(|(name, value)| (name.to_owned(), value)).into());
}

#[tokio::test]
async fn what_an_old_batch_does_not_publish_again_is_counted() {
    let events = events(4);
    let world = Arc::new(World { age: A_DAY, ..World::of(&events[..1]) });
    let (_, told) = recorded(run(&world, batch(&events))).await;
    assert_eq!(told["EventsDispatchedBefore"], 3);
}

#[tokio::test]
async fn of_an_old_batch_only_what_is_still_pending_is_published() {
    let events = events(3);
    let world = Arc::new(World { age: A_DAY, ..World::of(&events[1..]) });
    assert_eq!(run(&world, batch(&events)).await, None);
    assert_eq!(world.published(), [events[1].key(), events[2].key()]);
}

#[tokio::test]
async fn an_old_batch_is_published_whole_where_the_table_cannot_tell() {
    let events = events(2);
    let world = Arc::new(World { age: A_DAY, table_is_down: true, ..World::of(&events) });
    assert_eq!(run(&world, batch(&events)).await, None);
    assert_eq!(world.published().len(), 2);
}

#[tokio::test(start_paused = true)]
async fn an_old_batch_is_published_whole_where_the_table_is_silent() {
    let events = events(2);
    let world = Arc::new(World { age: A_DAY, table_is_silent: true, ..World::of(&events) });
    assert_eq!(run(&world, batch(&events)).await, None);
    assert_eq!(world.published().len(), 2);
}

#[tokio::test]
async fn what_is_not_a_batch_is_an_error() {
    let world = Arc::new(World::default());
    let event = LambdaEvent::new(json!({ "records": [] }), Context::default());
    let error = handle(&world.deps(TWO_A_CALL), raw(event)).await.unwrap_err();
    assert_eq!(error.code.name(), "InvalidRequest");
}

/// Sends a batch as Lambda does: repeatedly, from the reported record on.
async fn deliver_like_lambda(world: &Arc<World>, events: &[OutboxRecord]) -> usize {
    let mut from = 0;
    for sending in 1..100 {
        match run(world, batch(&events[from..])).await {
            None => return sending,
            Some(number) => from = usize::try_from(number).unwrap() - 1,
        }
    }
    panic!("the batch was never done")
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// The bus is busy for one event for a while: every other event arrives once. The busy event
    /// arrives too, or stays pending.
    #[test]
    fn nothing_is_lost_and_nothing_repeated(
        count in 1_u64..20,
        failing in any::<prop::sample::Index>(),
        times in 0_usize..20,
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .start_paused(true)
            .build()
            .unwrap();
        let events = events(count);
        let busy_one = failing.get(&events);
        let world = World::of(&events).answering(busy_one, &vec![busy(); times]);
        let world = Arc::new(world);
        runtime.block_on(deliver_like_lambda(&world, &events));
        let published = world.published();
        for event in &events {
            let times = published.iter().filter(|key| **key == event.key()).count();
            prop_assert_eq!(times, usize::from(!world.is_pending(event)));
            prop_assert!(times == 1 || event == busy_one);
        }
    }
}
