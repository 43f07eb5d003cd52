//! The index of open work holds what is in flight or not dispatched, in order, and nothing else.

use std::collections::HashSet;

use bed::Bed;
use domain::TripStatus;
use rstest_reuse::apply;
use store::Backlog;
use store::keys::{SHARDS, shard};
use store::outbox::{OpenEvents, OutboxRecord};

use super::marking::keys_of;
use super::steps::{at, book, give_up, id, reserve_hotel};
use super::world::{On, on_both, text};

/// All pages of the pending events of a trip's shard, before a moment.
async fn sweep(bed: &Bed, trip: &str, before: i64, limit: usize) -> Vec<OpenEvents> {
    let (outbox, shard) = (bed.outbox(), shard(&id(trip)));
    let (mut pages, mut after) = (Vec::new(), None);
    loop {
        let page = outbox.pending_before(shard, at(before), limit, after).await.unwrap();
        after = page.next.clone();
        pages.push(page);
        if after.is_none() {
            return pages;
        }
    }
}

fn sequences(pages: &[OpenEvents]) -> Vec<u64> {
    pages.iter().flat_map(|page| &page.records).map(|record| record.sequence).collect()
}

#[apply(on_both)]
#[tokio::test]
async fn an_idle_system_has_no_open_work(on: On) {
    let (bed, _, flight) = on.with_flight().await;
    book(&bed.trips(), "trip-2").await;
    let counts = bed.outbox().open_counts().await.unwrap();
    assert_eq!(counts.trips, [(TripStatus::Pending, 1)].into());
    assert_eq!((counts.pending_events, counts.parked_events), (5, 0));
    let backlog = Backlog { oldest_pending: Some(at(0)), parked: 0 };
    assert_eq!(bed.outbox().backlog().await.unwrap(), backlog);

    bed.trips().commit(&give_up(&flight.trip, 1)).await.unwrap();
    let keys = [keys_of(&bed, "trip-1").await, keys_of(&bed, "trip-2").await].concat();
    bed.outbox().park(&keys[0], "refused", at(9)).await.unwrap();
    bed.marks().mark_dispatched(&keys[1..], at(9)).await;
    let counts = bed.outbox().open_counts().await.unwrap();
    assert_eq!((counts.pending_events, counts.parked_events), (0, 1));
    let backlog = Backlog { oldest_pending: None, parked: 1 };
    assert_eq!(bed.outbox().backlog().await.unwrap(), backlog);
    bed.outbox().discard(&keys[0], at(9)).await.unwrap();
    assert!(bed.outbox().open_counts().await.unwrap().is_empty());
}

#[apply(on_both)]
#[tokio::test]
async fn what_is_read_of_much_open_work_is_bounded(on: On) {
    let (bed, trips, flight) = on.with_flight().await;
    let outbox = bed.outbox();
    let many = outbox.open_counts_within(100).await.unwrap();
    assert_eq!((many.found, many.is_whole), (outbox.open_counts().await.unwrap(), true));
    let oldest = trips.oldest_in_flight(at(60_000), 100).await.unwrap();
    let all = trips.in_flight_before(at(60_000)).await.unwrap();
    assert_eq!((oldest.found, oldest.is_whole), (all, true));
    // The bound is that of a partition, and here all of a kind is in one.
    trips.commit(&reserve_hotel(&flight.trip, 1)).await.unwrap();
    let few = outbox.open_counts_within(1).await.unwrap();
    assert_eq!((few.found.pending_events, few.is_whole), (1, false));
}

#[apply(on_both)]
#[tokio::test]
async fn pending_events_come_in_order_page_by_page(on: On) {
    let (bed, _) = on.booked().await;
    for limit in [1, 2, 3, 100] {
        let pages = sweep(&bed, "trip-1", 60_000, limit).await;
        assert_eq!(sequences(&pages), [1, 2, 3, 4]);
        assert!(pages.iter().all(|page| page.records.len() <= limit));
    }
}

#[apply(on_both)]
#[tokio::test]
async fn events_within_the_grace_period_are_left_to_the_dispatcher(on: On) {
    let (bed, _) = on.booked().await;
    assert_eq!(sequences(&sweep(&bed, "trip-1", 2_000, 100).await), [1, 2]);
    assert_eq!(sequences(&sweep(&bed, "trip-1", 0, 100).await), Vec::<u64>::new());
}

#[apply(on_both)]
#[tokio::test]
async fn trips_of_one_shard_come_one_after_the_other(on: On) {
    let bed = on.bed().await;
    let first = id("trip-1");
    let second = (0..).map(|n| id(&format!("other-{n}"))).find(|trip| shard(trip) == shard(&first));
    let trips = [first, second.unwrap()];
    for trip in &trips {
        book(&bed.trips(), trip.as_str()).await;
    }
    let [page] = <[OpenEvents; 1]>::try_from(sweep(&bed, "trip-1", 60_000, 100).await).unwrap();
    let found: Vec<_> =
        page.records.iter().map(|record| (&record.trip_id, record.sequence)).collect();
    let mut expected: Vec<_> =
        trips.iter().flat_map(|trip| (1..=4).map(move |sequence| (trip, sequence))).collect();
    expected.sort();
    assert_eq!(found, expected);
}

#[apply(on_both)]
#[tokio::test]
async fn still_pending_names_exactly_the_pending_ones(on: On) {
    let (bed, keys) = on.booked().await;
    bed.marks().mark_dispatched(&keys[..1], at(5_000)).await;
    bed.outbox().park(&keys[1], "refused", at(5_000)).await.unwrap();
    let twice = [keys.clone(), keys.clone()].concat();
    let pending = bed.outbox().still_pending(&twice).await.unwrap();
    assert_eq!(pending, keys[2..].iter().cloned().collect::<HashSet<_>>());
}

#[apply(on_both)]
#[tokio::test]
async fn an_event_that_cannot_be_read_is_set_aside_and_holds_up_no_other(on: On) {
    let (bed, keys) = on.booked().await;
    let update = bed.client.update_item().table_name(&bed.tables.trips);
    let update = update.key("PK", text("TRIP#trip-1"));
    let update = update.key("SK", text(&format!("OUTBOX#{}", keys[1].event_id)));
    update.update_expression("REMOVE detail").send().await.unwrap();
    let pages = sweep(&bed, "trip-1", 60_000, 100).await;
    assert_eq!(sequences(&pages), [1, 3, 4]);
    let [unreadable] = pages[0].unreadable.as_slice() else { panic!("{pages:?}") };
    assert_eq!(unreadable.key.as_ref(), Some(&keys[1]));
    let read: Vec<_> = pages[0].records.iter().map(OutboxRecord::key).collect();
    assert!(!read.contains(&keys[1]));
}

#[test]
fn every_shard_is_swept_once() {
    let shards: HashSet<u32> = (0..10_000).map(|n| shard(&id(&format!("trip-{n}")))).collect();
    assert_eq!(shards, (0..SHARDS).collect());
}
