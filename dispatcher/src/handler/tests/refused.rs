//! Events that the bus refuses for now, both while it takes others and alone.

use super::*;

/// Which of 6 events the bus refuses for now, with two events in a call; what is reported, and what
/// was published.
#[rstest]
#[case::one_beside_another(&[3], None, &[1, 2, 4, 5, 6])]
#[case::one_in_each_call(&[1, 4, 5], None, &[2, 3, 6])]
#[case::a_call_before_others(&[1, 2], None, &[3, 4, 5, 6])]
#[case::a_call_between_others(&[3, 4], None, &[1, 2, 5, 6])]
#[case::a_call_at_the_end(&[5, 6], Some(5), &[1, 2, 3, 4])]
#[case::all_from_the_second_call_on(&[3, 4, 5, 6], Some(3), &[1, 2])]
#[case::all(&[1, 2, 3, 4, 5, 6], Some(1), &[])]
#[tokio::test(start_paused = true)]
async fn what_the_bus_refuses_for_now_holds_nobody_up_while_it_takes_others(
    #[case] stuck: &[usize],
    #[case] reported: Option<u64>,
    #[case] published: &[usize],
) {
    let events = events(6);
    let key = |n: &usize| events[n - 1].key();
    let world = World { stuck: stuck.iter().map(key).collect(), ..World::of(&events) };
    let world = Arc::new(world);
    assert_eq!(run(&world, batch(&events)).await, reported);
    assert_eq!(world.published(), published.iter().map(key).collect::<Vec<_>>());
    assert!(stuck.iter().all(|n| world.is_pending(&events[n - 1])));
    assert!(world.parked.lock().unwrap().is_empty());
}

/// A bus that is down costs a batch two calls, not one for every ten events.
#[tokio::test(start_paused = true)]
async fn while_the_bus_refuses_everything_a_batch_ends_early() {
    let events = events(40);
    let stuck = events.iter().map(OutboxRecord::key).collect();
    let world = Arc::new(World { stuck, ..World::of(&events) });
    assert_eq!(run(&world, batch(&events)).await, Some(1));
    assert_eq!(world.calls.lock().unwrap().len(), 2 * 5);
}

/// An event that is alone in its batch waits for the bus for at most a minute; then it is left to
/// the sweeper.
#[rstest]
#[case::young(Duration::from_secs(60), Some(1))]
#[case::old(Duration::from_millis(60_001), None)]
#[tokio::test(start_paused = true)]
async fn an_event_that_is_refused_alone_waits_for_a_minute_at_most(
    #[case] age: Duration,
    #[case] reported: Option<u64>,
) {
    let events = events(1);
    let stuck = [events[0].key()].into();
    let world = Arc::new(World { stuck, age, ..World::of(&events) });
    assert_eq!(run(&world, batch(&events)).await, reported);
    assert!(world.is_pending(&events[0]));
}

#[tokio::test(start_paused = true)]
async fn the_last_event_of_a_batch_is_left_where_the_bus_took_the_others() {
    let events = events(3);
    let world = Arc::new(World { stuck: [events[2].key()].into(), ..World::of(&events) });
    assert_eq!(run(&world, batch(&events)).await, None);
    assert_eq!(world.published(), [events[0].key(), events[1].key()]);
}
