//! Subscriptions: the archive first, then live, without a gap or a repeat.

use std::collections::BTreeSet;
use std::time::Duration;

use event_bus::{ArchivedEvent, EventStream, Filter, Position};
use futures::{StreamExt, TryStreamExt};
use tokio::time::timeout;

use crate::support::{archived, number, publish, serve};

const DEADLINE: Duration = Duration::from_secs(60);

/// The next `count` events; fails when they do not come.
async fn next(events: &mut EventStream, count: usize) -> Vec<ArchivedEvent> {
    let events = events.take(count).try_collect::<Vec<_>>();
    let events = timeout(DEADLINE, events).await.expect("events in time").unwrap();
    assert_eq!(events.len(), count);
    events
}

fn numbers(events: &[ArchivedEvent]) -> Vec<u64> {
    events.iter().map(number).collect()
}

#[tokio::test]
async fn a_subscription_delivers_the_archive_and_then_what_arrives() {
    let served = serve().await;
    publish(&served.client, 0..3).await;
    let mut events = served.bus.archive().subscribe(Position::START, Filter::default());
    assert_eq!(numbers(&next(&mut events, 3).await), [0, 1, 2]);
    publish(&served.client, 3..5).await;
    assert_eq!(numbers(&next(&mut events, 2).await), [3, 4]);
}

#[tokio::test]
async fn a_subscription_goes_on_from_a_position() {
    let served = serve().await;
    publish(&served.client, 0..4).await;
    let mut events = served.bus.archive().subscribe(Position::START, Filter::default());
    let position = next(&mut events, 2).await[1].position;
    let mut resumed = served.bus.archive().subscribe(position, Filter::default());
    assert_eq!(numbers(&next(&mut resumed, 2).await), [2, 3]);
}

#[tokio::test]
async fn a_subscription_delivers_only_what_its_pattern_matches() {
    let served = serve().await;
    let large = r#"{"detail":{"n":[{"numeric":[">=",400]}]}}"#.parse().unwrap();
    let filter = Filter::default().matching(large);
    let mut events = served.bus.archive().subscribe(Position::START, filter);
    for first in (0..400).step_by(10) {
        publish(&served.client, first..first + 10).await;
    }
    publish(&served.client, [400, 7, 401]).await;
    assert_eq!(numbers(&next(&mut events, 2).await), [400, 401]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn concurrent_writers_leave_no_gap_and_no_repeat() {
    const WRITERS: u64 = 6;
    const CALLS: u64 = 40;
    const TOTAL: u64 = WRITERS * CALLS * 5;
    let served = serve().await;
    let subscribe = || {
        let mut events = served.bus.archive().subscribe(Position::START, Filter::default());
        tokio::spawn(async move { next(&mut events, TOTAL as usize).await })
    };
    let early = subscribe();
    let writers: Vec<_> = (0..WRITERS)
        .map(|writer| {
            let client = served.client.clone();
            tokio::spawn(async move {
                for call in 0..CALLS {
                    let first = (writer * CALLS + call) * 5;
                    publish(&client, first..first + 5).await;
                }
            })
        })
        .collect();
    let midway = subscribe();
    for writer in writers {
        writer.await.unwrap();
    }
    let late = subscribe();

    for seen in [early.await.unwrap(), midway.await.unwrap(), late.await.unwrap()] {
        assert!(seen.is_sorted_by(|one, next| one.position < next.position));
        let distinct: BTreeSet<u64> = seen.iter().map(number).collect();
        assert_eq!(distinct, (0..TOTAL).collect());
    }
}

#[tokio::test]
async fn closing_the_bus_ends_subscriptions_after_what_they_still_owe() {
    let served = serve().await;
    let events = served.bus.archive().subscribe(Position::START, Filter::default());
    publish(&served.client, 0..3).await;
    served.bus.close();
    let seen = timeout(DEADLINE, events.try_collect::<Vec<_>>()).await.expect("the end").unwrap();
    assert_eq!(numbers(&seen), [0, 1, 2]);
}

#[tokio::test]
async fn a_replay_ends_at_the_head_it_found() {
    let served = serve().await;
    publish(&served.client, 0..3).await;
    let replay = served.bus.archive().replay(Position::START, Filter::default());
    publish(&served.client, 3..6).await;
    assert_eq!(numbers(&replay.try_collect::<Vec<_>>().await.unwrap()), [0, 1, 2]);
    assert_eq!(archived(&served.bus).await.len(), 6);
}
