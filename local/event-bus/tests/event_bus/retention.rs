//! Pruning, and the queries by time.

use std::time::Duration;

use domain::Timestamp;
use event_bus::{Filter, Position};
use futures::StreamExt;
use tokio::time::timeout;

use crate::support::{START, archived, number, publish, serve};

const DAY: i64 = 24 * 60 * 60 * 1000;

#[tokio::test]
async fn events_older_than_seven_days_are_pruned() {
    let served = serve().await;
    for day in 0..3 {
        served.publish_at(i64::from(day) * DAY, u64::from(day as u8)).await;
    }
    let prune_at = |millis: i64| served.bus.prune(Timestamp::from_millis(millis));
    assert_eq!(prune_at(START + 7 * DAY).await.unwrap(), 0);
    assert_eq!(prune_at(START + 7 * DAY + 1).await.unwrap(), 1);
    assert_eq!(served.bus.archive().count().await.unwrap(), 2);
    let left: Vec<_> = archived(&served.bus).await.iter().map(number).collect();
    assert_eq!(left, [1, 2]);
}

#[tokio::test]
async fn pruning_goes_on_until_nothing_old_is_left() {
    let served = serve().await;
    for first in (0..2_050).step_by(10) {
        publish(&served.client, first..first + 10).await;
    }
    let long_after = Timestamp::from_millis(START + 30 * DAY);
    assert_eq!(served.bus.prune(long_after).await.unwrap(), 2_050);
    assert_eq!(served.bus.archive().count().await.unwrap(), 0);
}

#[tokio::test]
async fn a_position_is_not_used_again_after_everything_was_pruned() {
    let served = serve().await;
    publish(&served.client, [1]).await;
    let first = archived(&served.bus).await[0].position;
    let mut behind = served.bus.archive().subscribe(Position::START, Filter::default());
    served.bus.prune(Timestamp::from_millis(START + 30 * DAY)).await.unwrap();
    publish(&served.client, [2]).await;
    assert!(archived(&served.bus).await[0].position > first);
    let event = timeout(Duration::from_secs(60), behind.next()).await.expect("an event in time");
    assert_eq!(number(&event.unwrap().unwrap()), 2);
}

#[tokio::test]
async fn a_time_leads_to_the_first_event_received_then_or_later() {
    let served = serve().await;
    for (n, offset) in [(0, 0), (1, 10), (2, 20)] {
        served.publish_at(offset, n).await;
    }
    for (offset, expected) in [(-5, vec![0, 1, 2]), (10, vec![1, 2]), (11, vec![2]), (21, vec![])] {
        let time = Timestamp::from_millis(START + offset);
        let after = served.bus.archive().since(time).await.unwrap();
        let events = served.bus.archive().read(after, 10).await.unwrap();
        assert_eq!(events.iter().map(number).collect::<Vec<_>>(), expected, "{offset}");
    }
}

#[tokio::test]
async fn a_clock_that_was_set_back_hides_no_event() {
    let served = serve().await;
    for (n, offset) in [(0, 0), (1, 100), (2, 50)] {
        served.publish_at(offset, n).await;
    }
    let after = served.bus.archive().since(Timestamp::from_millis(START + 50)).await.unwrap();
    let events = served.bus.archive().read(after, 10).await.unwrap();
    assert_eq!(events.iter().map(number).collect::<Vec<_>>(), [1, 2]);
}

#[tokio::test]
async fn the_archive_is_read_in_pieces() {
    let served = serve().await;
    publish(&served.client, 0..5).await;
    let archive = served.bus.archive();
    let first = archive.read(Position::START, 2).await.unwrap();
    let second = archive.read(first[1].position, 10).await.unwrap();
    assert_eq!(first.iter().chain(&second).map(number).collect::<Vec<_>>(), [0, 1, 2, 3, 4]);
    assert_eq!(archive.count().await.unwrap(), 5);
}
