//! The checks when the system is at rest: on its tables, its bus and its suppliers.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use domain::TripStatus;
use futures::TryStreamExt;
use lambda_kit::clients::sdk_config;
use lambda_kit::config::Config;
use local::Urls;
use serde_json::Value;
use store::outbox::Outbox;
use store::sandbox::{Ledger, LedgerRow, LedgerState, Supplier};
use store::view::SearchRow;
use store::{Client, Tables, TripStore};

/// Far longer than the faults take; a system that still works then is stuck.
const DEADLINE: Duration = Duration::from_secs(240);

/// Waits until every accepted trip is at rest and no event is open.
pub(crate) async fn settle(urls: Urls, accepted: &BTreeSet<String>) {
    let client = client(&urls).await;
    let outbox = Outbox::new(client.clone(), Tables::default().trips);
    let settled = tokio::time::timeout(DEADLINE, async {
        while trips(&client).await.len() < accepted.len()
            || !outbox.open_counts().await.unwrap().is_empty()
        {
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    });
    if settled.await.is_err() {
        panic!("still open after {DEADLINE:?}: {:?}", outbox.open_counts().await);
    }
}

/// Checks everything that a kill could have broken.
pub(crate) async fn check(urls: Urls, accepted: &BTreeSet<String>) {
    let client = client(&urls).await;
    let trips = trips(&client).await;
    let ids: BTreeSet<String> = trips.keys().cloned().collect();
    assert_eq!(&ids, accepted, "the trips are those that were accepted");
    for (id, trip) in &trips {
        assert!(trip.status.is_terminal(), "{id} is {}", trip.status);
    }
    assert_eq!(committed(&client, &trips).await, published(&urls).await, "events");
    check_suppliers(&client, &trips).await;
}

async fn client(urls: &Urls) -> Client {
    let config = Config::from_map([
        ("AWS_REGION", "us-east-1"),
        ("AWS_ACCESS_KEY_ID", "local"),
        ("AWS_SECRET_ACCESS_KEY", "local"),
        ("AWS_ENDPOINT_URL_DYNAMODB", &urls.dynamodb),
    ]);
    store::client(&sdk_config(&config, "DYNAMODB").await)
}

async fn trips(client: &Client) -> BTreeMap<String, SearchRow> {
    let store = TripStore::new(client.clone(), Tables::default().trips);
    store.all_trips().map_ok(|trip| (trip.trip_id.to_string(), trip)).try_collect().await.unwrap()
}

/// The ids of the events in the write table.
async fn committed(client: &Client, trips: &BTreeMap<String, SearchRow>) -> BTreeSet<String> {
    let outbox = Outbox::new(client.clone(), Tables::default().trips);
    let mut ids = BTreeSet::new();
    for trip in trips.values() {
        let timeline = outbox.timeline(&trip.trip_id).await.unwrap();
        for (event, sequence) in timeline.events.iter().zip(1..) {
            assert_eq!(event.envelope["sequence"], format!("{sequence:010}"), "{}", trip.trip_id);
            assert!(event.dispatched_at.is_some(), "{}", event.envelope);
            ids.insert(event.envelope["id"].as_str().unwrap().to_owned());
        }
    }
    ids
}

/// The ids of the events in the bus's archive.
pub(crate) async fn published(urls: &Urls) -> BTreeSet<String> {
    let answer = reqwest::get(format!("{}/archive/events", urls.aws)).await.unwrap();
    let lines = answer.text().await.unwrap();
    let id = |line: &str| {
        let archived: Value = serde_json::from_str(line).unwrap();
        archived["event"]["detail"]["id"].as_str().unwrap().to_owned()
    };
    lines.lines().map(id).collect()
}

/// A confirmed trip holds everything, any other trip nothing; nobody was charged twice.
async fn check_suppliers(client: &Client, trips: &BTreeMap<String, SearchRow>) {
    let ledger = Ledger::new(client.clone(), Tables::default().sandbox);
    let mut held: BTreeMap<String, BTreeSet<Supplier>> = BTreeMap::new();
    for row in ledger.all().await.unwrap() {
        assert!(captures(&row) <= 1, "{} was charged {} times", row.trip_id, row.effects);
        if row.state == LedgerState::Held {
            held.entry(row.trip_id.to_string()).or_default().insert(row.supplier);
        }
    }
    let everything = BTreeSet::from([Supplier::Flight, Supplier::Hotel, Supplier::Payment]);
    for (id, trip) in trips {
        let held = held.remove(id).unwrap_or_default();
        let due =
            if trip.status == TripStatus::Confirmed { everything.clone() } else { BTreeSet::new() };
        assert_eq!(held, due, "{id} is {}", trip.status);
    }
    assert!(held.is_empty(), "held for no trip: {held:?}");
}

fn captures(row: &LedgerRow) -> u32 {
    if row.supplier == Supplier::Payment { row.effects } else { 0 }
}
