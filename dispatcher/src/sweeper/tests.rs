//! Sweeps over events of several trips: which events are due, in which order they are published,
//! and when a sweep stops.

use std::sync::Arc;
use std::time::Duration;

use lambda_kit::metrics::recorded;
use lambda_runtime::Context;
use rstest::rstest;
use serde_json::json;
use store::CodecError;
use store::outbox::{OutboxRecord, Unreadable};

use super::*;
use crate::fakes::{Marks, OCCURRED, World, event};
use crate::{BusAnswer, Limits};

const AN_HOUR: Duration = Duration::from_secs(60 * 60);
const A_MINUTE: Duration = Duration::from_secs(60);

fn pending() -> Vec<OutboxRecord> {
    let trips = ["trip-1", "trip-2", "trip-3"];
    trips.iter().flat_map(|trip| (1..=4).map(move |sequence| event(trip, sequence))).collect()
}

fn world(age: Duration) -> World {
    World { age, ..World::of(&pending()) }
}

async fn run(world: &Arc<World>, deadline: Deadline) -> SweepReport {
    let now = Timestamp::from_millis(OCCURRED + i64::try_from(world.age.as_millis()).unwrap());
    sweep(&world.deps(Limits::default()), now, deadline).await
}

#[tokio::test]
async fn missed_events_are_published_each_trips_in_order_and_marked() {
    let world = Arc::new(world(AN_HOUR));
    let report = run(&world, Deadline::after(A_MINUTE)).await;
    let all = SweepReport { published: 12, marked: 12, ..SweepReport::default() };
    assert_eq!(report, all);
    for trip in ["trip-1", "trip-2", "trip-3"] {
        let of_trip = |key: &&store::outbox::OutboxKey| key.trip_id.as_str() == trip;
        let published: Vec<_> = world.published().iter().filter(of_trip).cloned().collect();
        let expected: Vec<_> = (1..=4).map(|sequence| event(trip, sequence).key()).collect();
        assert_eq!(published, expected);
    }
}

#[tokio::test]
async fn events_within_the_grace_period_are_left_to_the_stream() {
    let world = Arc::new(world(A_MINUTE));
    assert_eq!(run(&world, Deadline::after(A_MINUTE)).await, SweepReport::default());
    assert_eq!(world.published(), []);
}

#[tokio::test]
async fn a_second_sweep_finds_nothing() {
    let world = Arc::new(world(AN_HOUR));
    run(&world, Deadline::after(A_MINUTE)).await;
    assert_eq!(run(&world, Deadline::after(A_MINUTE)).await, SweepReport::default());
    assert_eq!(world.published().len(), 12);
}

#[tokio::test]
async fn a_refused_event_is_parked_and_the_others_go_on() {
    let refused = event("trip-2", 2);
    let answer = BusAnswer::Refused("MalformedDetail".to_owned());
    let world = Arc::new(world(AN_HOUR).answering(&refused, &[answer]));
    let report = run(&world, Deadline::after(A_MINUTE)).await;
    let expected = SweepReport { published: 11, marked: 11, parked: 1, ..SweepReport::default() };
    assert_eq!(report, expected);
    assert!(world.is_parked(&refused));
}

/// One event of the first shard is refused for ever; the bus takes the events of all other shards.
#[tokio::test(start_paused = true)]
async fn what_the_bus_refuses_for_now_does_not_stop_the_sweep() {
    let stuck = event("trip-2", 2);
    let world = Arc::new(World { stuck: [stuck.key()].into(), ..world(AN_HOUR) });
    let expected = SweepReport { published: 11, marked: 11, failed: 1, ..SweepReport::default() };
    assert_eq!(run(&world, Deadline::after(A_MINUTE)).await, expected);
    assert!(world.is_pending(&stuck));
    let nothing_new = SweepReport { failed: 1, ..SweepReport::default() };
    assert_eq!(run(&world, Deadline::after(A_MINUTE)).await, nothing_new);
}

/// Each minute's sweep begins at another shard, and covers all shards.
#[test]
fn each_sweep_begins_at_another_shard() {
    let sweeps = (0..64).map(|minute| shards_from(Timestamp::from_millis(minute * 60_000)));
    let sweeps: Vec<Vec<u32>> = sweeps.map(Iterator::collect).collect();
    let firsts: Vec<u32> = sweeps.iter().map(|shards| shards[0]).collect();
    assert_eq!(firsts, (0..SHARDS).collect::<Vec<_>>());
    for mut shards in sweeps {
        shards.sort_unstable();
        assert_eq!(shards, firsts);
    }
}

/// Sweeps the same events again, this many hours after they occurred.
async fn run_at(deps: &Deps, hours: u32) -> SweepReport {
    let age = i64::from(hours) * 3_600_000;
    sweep(deps, Timestamp::from_millis(OCCURRED + age), Deadline::after(A_MINUTE)).await
}

#[tokio::test(start_paused = true)]
async fn an_event_that_is_refused_for_a_day_is_parked_with_the_reason() {
    let stuck = event("trip-2", 2);
    let world = Arc::new(World { stuck: [stuck.key()].into(), ..world(AN_HOUR) });
    let deps = world.deps(Limits::default());
    for (hours, parked) in [(30, 0), (53, 0), (54, 1), (55, 0)] {
        assert_eq!(run_at(&deps, hours).await.parked, parked, "{hours}");
    }
    let reasons = world.parked.lock().unwrap();
    let since = "since 2026-03-02T07:00:00.000Z while it took others: InternalFailure";
    assert!(reasons[&stuck.key()].ends_with(since), "{reasons:?}");
}

/// The bus refuses every event: that is an outage, however long it lasts.
#[tokio::test(start_paused = true)]
async fn an_outage_parks_nothing_and_ends_a_sweep_early() {
    let trips: Vec<_> = (0..200).map(|number| event(&format!("trip-{number}"), 1)).collect();
    let stuck = trips.iter().map(OutboxRecord::key).collect();
    let world = Arc::new(World { stuck, age: AN_HOUR, ..World::of(&trips) });
    let deps = world.deps(Limits::default());
    for hours in [1, 30, 60] {
        let report = run_at(&deps, hours).await;
        assert_eq!((report.published, report.parked, report.remaining), (0, 0, true));
    }
    assert_eq!(world.calls.lock().unwrap().len(), 3 * 10 * 5);
}

/// Marks are refused for good. Each event is published once, marks are retried less and less often,
/// and when they succeed again, nothing is published for it.
#[tokio::test]
async fn marks_that_fail_for_good_publish_nothing_again() {
    let world = World { marks: Marks::Refused.into(), ..world(AN_HOUR) };
    let world = Arc::new(world);
    let deps = world.deps(Limits::default());
    let mut now = OCCURRED + 3_600_000;
    let mut sweeps = async |minutes: i64| {
        for _ in 0..minutes {
            now += 60_000;
            let now = Timestamp::from_millis(now);
            world.now.store(now.as_millis(), std::sync::atomic::Ordering::SeqCst);
            sweep(&deps, now, Deadline::after(A_MINUTE)).await;
        }
    };
    let (_, told) = recorded(sweeps(1)).await;
    assert_eq!((told["MarksRefused"], told["MarksLeftToTheSweeper"]), (12, 12));
    sweeps(60).await;
    assert_eq!(world.published().len(), 12);
    assert!(*world.marked.lock().unwrap() < 30, "{:?}", world.marked);

    *world.marks.lock().unwrap() = Marks::Taken;
    sweeps(16).await;
    assert_eq!((world.published().len(), world.pending.lock().unwrap().len()), (12, 0));
}

/// New events arrive while marks are refused: each is published once.
#[tokio::test]
async fn an_event_is_published_also_while_marks_fail() {
    let world = Arc::new(World { marks: Marks::Refused.into(), ..world(AN_HOUR) });
    let deps = world.deps(Limits::default());
    run_at(&deps, 1).await;
    let late = event("trip-4", 1);
    world.pending.lock().unwrap().insert(late.key(), late.clone());
    let report = run_at(&deps, 2).await;
    assert_eq!((report.published, report.marked, report.failed), (1, 0, 0));
    assert_eq!(world.published().last(), Some(&late.key()));
}

#[tokio::test(start_paused = true)]
async fn a_sweep_stops_when_the_bus_takes_no_more_and_says_so() {
    let world = World { failing_calls: usize::MAX.into(), ..world(AN_HOUR) };
    let report = run(&Arc::new(world), Deadline::after(A_MINUTE)).await;
    assert_eq!(report, SweepReport { failed: 4, remaining: true, ..SweepReport::default() });
}

#[tokio::test(start_paused = true)]
async fn a_sweep_stops_by_its_deadline_and_says_so() {
    let world = Arc::new(world(AN_HOUR));
    let report = run(&world, Deadline::after(Duration::ZERO)).await;
    assert_eq!(report, SweepReport { remaining: true, ..SweepReport::default() });
}

#[tokio::test(start_paused = true)]
async fn a_sweep_does_not_wait_for_a_silent_table_beyond_its_deadline() {
    let world = Arc::new(World { table_is_silent: true, ..world(AN_HOUR) });
    let report = run(&world, Deadline::after(A_MINUTE)).await;
    assert_eq!(report, SweepReport { failed: 1, remaining: true, ..SweepReport::default() });
}

#[tokio::test(start_paused = true)]
async fn a_sweep_that_misses_its_last_shard_is_not_done() {
    let silent_shards = SHARDS - 1..SHARDS;
    let world = Arc::new(World { silent_shards, age: AN_HOUR, ..World::default() });
    let report = run(&world, Deadline::after(A_MINUTE)).await;
    assert_eq!(report, SweepReport { failed: 1, remaining: true, ..SweepReport::default() });
}

#[tokio::test]
async fn events_that_can_never_be_published_are_parked_or_counted() {
    let mut large = event("trip-4", 1);
    large.detail = "x".repeat(Limits::default().bytes);
    let damaged = |key| Unreadable { key, error: CodecError::Missing("detail") };
    let unreadable = event("trip-5", 1).key();
    let world = World {
        age: AN_HOUR,
        damaged: vec![
            damaged(Some(unreadable.clone())),
            damaged(None),
            damaged(None),
            damaged(None),
        ],
        ..World::of(&[large.clone(), event("trip-4", 2)])
    };
    let world = Arc::new(world);
    let report = run(&world, Deadline::after(A_MINUTE)).await;
    let counted = SweepReport { published: 1, marked: 1, parked: 2, failed: 3, remaining: false };
    assert_eq!(report, counted);
    assert!(world.is_parked(&large));
    assert!(world.parked.lock().unwrap()[&unreadable].contains("detail"));
}

#[tokio::test]
async fn a_shard_that_cannot_be_read_is_counted_and_the_sweep_goes_on() {
    let world = Arc::new(World { table_is_down: true, ..world(AN_HOUR) });
    let report = run(&world, Deadline::after(A_MINUTE)).await;
    let shards = usize::try_from(SHARDS).unwrap();
    assert_eq!(report, SweepReport { failed: shards, remaining: true, ..SweepReport::default() });
}

#[tokio::test(start_paused = true)]
async fn a_backlog_that_is_not_read_takes_a_part_of_the_sweeps_time_and_leaves_it_incomplete() {
    let silent = Arc::new(World { table_is_silent: true, ..world(AN_HOUR) });
    let (deps, deadline) = (silent.deps(Limits::default()), Deadline::after(A_MINUTE));
    assert!(!backlog::tell(&*deps.outbox, deps.clock.now(), deadline).await);
    assert_eq!(deadline.remaining(), A_MINUTE * 3 / 4);
    let down = Arc::new(World { table_is_down: true, ..world(AN_HOUR) });
    let down = down.deps(Limits::default());
    assert!(!backlog::tell(&*down.outbox, deps.clock.now(), deadline).await);
    let healthy = Arc::new(world(AN_HOUR)).deps(Limits::default());
    assert!(backlog::tell(&*healthy.outbox, deps.clock.now(), deadline).await);
}

#[tokio::test]
async fn what_waits_is_told_before_it_is_swept() {
    let world = world(AN_HOUR);
    world.parked.lock().unwrap().insert(event("trip-9", 1).key(), "refused".to_owned());
    let deps = Arc::new(world).deps(Limits::default());
    for seconds in [3_600, 0] {
        let event = LambdaEvent::new(json!({}), Context::default());
        let (_, told) = recorded(handle(&deps, event)).await;
        assert_eq!(told["ParkedEventsNow"], 1);
        assert_eq!(told["OldestPendingEventSeconds"], seconds);
    }
}

#[rstest]
#[case::done(World::default(), None)]
#[case::stopped_by_the_bus(World { failing_calls: usize::MAX.into(), ..World::default() }, Some(1))]
#[case::without_a_table(World { table_is_down: true, ..World::default() }, Some(1))]
#[tokio::test(start_paused = true)]
async fn a_sweep_that_is_left_incomplete_is_counted(
    #[case] world: World,
    #[case] expected: Option<u64>,
) {
    let world = World { age: AN_HOUR, pending: self::world(AN_HOUR).pending, ..world };
    let event = LambdaEvent::new(json!({}), Context::default());
    let deps = Arc::new(world).deps(Limits::default());
    let (_, told) = recorded(handle(&deps, event)).await;
    assert_eq!(told.get("SweepsLeftIncomplete").copied(), expected);
}

#[tokio::test]
async fn the_handler_answers_with_the_report_whatever_the_schedule_sends() {
    let deps = world(AN_HOUR);
    let deps = Arc::new(deps).deps(Limits::default());
    let event = LambdaEvent::new(json!({ "source": "aws.scheduler" }), Context::default());
    let report = handle(&deps, event).await.unwrap();
    let expected =
        json!({ "published": 12, "marked": 12, "parked": 0, "failed": 0, "remaining": false });
    assert_eq!(report, expected);
}
