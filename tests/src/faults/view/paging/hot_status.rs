//! Almost every trip has the same status: its keys are spread, and reading puts them in order
//! again.

use std::collections::BTreeMap;

use bed::{Bed, Booking, Call, Request};
use domain::{Asked, Change, Trip, TripState, TripStatus};
use futures::StreamExt;
use rand::Rng;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use store::keys;
use store::view::SearchRow;
use testing::{claim, seeded, tombstone};

use super::rows::{fill, in_order, row};
use crate::faults::schedules;

const TRIPS: usize = 192;
const SEARCHES: usize = 16;
const MONTHS: [&str; 4] = ["2025-11", "2025-12", "2026-01", "2026-02"];

fn pending(n: usize) -> TripState {
    let claim = claim(&format!("trip-{n:04}"), "alice", "saga-1");
    let state = tombstone(claim, TripStatus::Pending, "2026-01-15T11:00:00Z".parse().unwrap());
    TripState { asked: Asked::Trip(Booking::new("any").details()), ..state }
}

/// How many items each partition of the index of open work holds.
async fn partitions(bed: &Bed) -> BTreeMap<String, usize> {
    let scan = bed.client.scan().table_name(&bed.tables.trips).index_name("GSI1");
    let mut items = scan.into_paginator().items().send();
    let mut partitions = BTreeMap::new();
    while let Some(item) = items.next().await {
        let partition = item.unwrap()[keys::GSI1_PK].as_s().unwrap().clone();
        *partitions.entry(partition).or_default() += 1;
    }
    partitions
}

/// Many trips are pending at once. The index of open work holds them in many partitions, none of
/// which is hot, and a reader of all shards finds each trip once.
#[tokio::test]
async fn fault_40_the_open_work_of_a_hot_status_is_spread_over_all_shards() {
    let (bed, trips) = (Bed::new().await, (0..TRIPS).map(pending));
    let store = &bed.trips();
    let commits = trips.clone().map(|trip| async move {
        let change = Change { before: None, trip: Trip::restore(trip), events: vec![] };
        store.commit(&change).await.unwrap();
    });
    futures::stream::iter(commits).buffer_unordered(8).collect::<Vec<_>>().await;

    let partitions = partitions(&bed).await;
    assert_eq!(partitions.values().sum::<usize>(), TRIPS);
    assert!(partitions.len() > 48, "{TRIPS} trips stand in {} partitions", partitions.len());
    assert!(partitions.values().all(|count| *count <= 12), "one is hot: {partitions:?}");
    let cutoff = "2026-01-15T12:00:00Z".parse().unwrap();
    let listed = store.in_flight_before(cutoff).await.unwrap();
    let mut listed: Vec<_> = listed.into_iter().map(|trip| trip.trip_id).collect();
    listed.sort();
    assert_eq!(listed, trips.map(|trip| trip.id).collect::<Vec<_>>());
}

/// Nine of ten trips are confirmed, and many depart in the same minute.
fn lopsided(random: &mut StdRng) -> Vec<SearchRow> {
    let row = |n| {
        let rare = [TripStatus::Failed, TripStatus::Cancelled].choose(random).unwrap();
        let status = if random.random_bool(0.9) { TripStatus::Confirmed } else { *rare };
        let (month, day) = (MONTHS.choose(random).unwrap(), random.random_range(1..=9));
        row(&format!("trip-{n}"), "alice", status, &format!("{month}-{day:02}T10:00"))
    };
    (0..220).map(row).collect()
}

/// The partition that a call reads.
fn partition(call: &Call) -> &str {
    call.body["ExpressionAttributeValues"][":partition"]["S"].as_str().unwrap()
}

/// A search of a hot status and of others reads one partition a status and month, no more of them
/// than its window has, and puts them into one order.
#[tokio::test]
async fn fault_40_a_hot_status_is_read_month_by_month_and_merged_in_order() {
    schedules(40, SEARCHES);
    let mut random = seeded();
    let (bed, rows) = (Bed::new().await, lopsided(&mut random));
    fill(&bed, &rows).await;
    for _ in 0..SEARCHES {
        let (descending, limit) = (random.random(), random.random_range(1..=100));
        let first = random.random_range(0..MONTHS.len());
        let before = bed.database.calls().len();
        let search = Request::get("/trips").by_operator().with("limit", &limit.to_string());
        let search = search.with_all("status=CONFIRMED,FAILED,CANCELLED&to=2026-02-28");
        let search = search.with("from", &format!("{}-01", MONTHS[first]));
        let search = search.with("order", if descending { "desc" } else { "asc" });
        let pages = bed.pages(&search).await;

        let within = |row: &&SearchRow| row.departure_key().unwrap().as_str() >= MONTHS[first];
        assert_eq!(pages.concat(), in_order(rows.iter().filter(within), descending));
        let calls = &bed.database.calls()[before..];
        let asked = MONTHS[first..].iter().flat_map(|month| {
            ["CANCELLED", "CONFIRMED", "FAILED"].map(|status| format!("{status}#{month}"))
        });
        let mut read: Vec<_> = calls.iter().map(|call| partition(call).to_owned()).collect();
        read.sort();
        read.dedup();
        let mut asked: Vec<_> = asked.collect();
        asked.sort();
        assert_eq!(read, asked);
    }
}
