//! Trips that are read well or badly, a view that fails as told, and what a rebuild says of them.

use std::sync::Arc;

use futures::stream;
use serde_json::json;
use store::CodecError;

use super::*;
use crate::fakes::{FakeView, Trouble};

fn trip(id: &str, version: u64) -> SearchRow {
    serde_json::from_value(json!({
        "trip_id": id, "customer_id": "alice", "status": "CONFIRMED", "version": version,
        "created_at": "2026-03-01T01:00:00.000Z", "updated_at": "2026-03-01T01:00:01.500Z",
        "status_changed_at": "2026-03-01T01:00:01.500Z",
    }))
    .unwrap()
}

fn unreachable() -> StoreError {
    let source = Arc::new(CodecError::Missing("answer"));
    StoreError::Unavailable { operation: "reading the whole table", source }
}

async fn run(
    view: &FakeView,
    trips: Vec<Result<SearchRow, StoreError>>,
) -> Result<Rebuilt, StoreError> {
    rebuild(stream::iter(trips), view, |_| ()).await
}

#[tokio::test]
async fn missing_and_older_rows_are_written_and_no_other() {
    let view = FakeView::default();
    let held = [("older", 1), ("same", 3), ("newer", 4)];
    *view.rows.lock().unwrap() = held.map(|(id, version)| (id.to_owned(), version)).into();
    let trips = ["missing", "older", "same", "newer"].map(|id| Ok(trip(id, 3)));
    let rebuilt = run(&view, trips.into()).await.unwrap();
    assert_eq!(rebuilt, Rebuilt { read: 4, written: 2, unchanged: 2, unreadable: Vec::new() });
    let versions = [("missing", 3), ("newer", 4), ("older", 3), ("same", 3)];
    assert_eq!(view.versions(), versions.map(|(id, version)| (id.to_owned(), version)));
}

#[tokio::test]
async fn a_trip_that_cannot_be_read_is_reported_and_holds_up_no_other() {
    let view = FakeView::default();
    let damaged = Err(CodecError::Missing("trip_id").into());
    let rebuilt = run(&view, vec![Ok(trip("a", 1)), damaged, Ok(trip("b", 1))]).await.unwrap();
    assert_eq!((rebuilt.read, rebuilt.written, rebuilt.unchanged), (3, 2, 0));
    assert_eq!(rebuilt.unreadable, ["the item has no attribute trip_id of the expected type"]);
    assert_eq!(view.versions().len(), 2);
}

#[tokio::test]
async fn a_failed_call_ends_it_on_either_side() {
    let throttled = FakeView::with("a", Trouble::Throttled);
    let ended = run(&throttled, vec![Ok(trip("a", 1))]).await;
    assert!(matches!(ended, Err(StoreError::Throttled { .. })), "{ended:?}");
    let ended = run(&FakeView::default(), vec![Ok(trip("a", 1)), Err(unreachable())]).await;
    assert!(matches!(ended, Err(StoreError::Unavailable { .. })), "{ended:?}");
}

#[tokio::test]
async fn many_rows_are_written_a_few_at_a_time_and_each_is_told() {
    let (view, mut told) = (FakeView::default(), Vec::new());
    let trips = (0..50).map(|number| Ok(trip(&format!("trip-{number}"), 1)));
    let all = rebuild(stream::iter(trips), &view, |sofar| told.push(sofar.written)).await.unwrap();
    assert_eq!((all.written, view.versions().len()), (50, 50));
    assert_eq!(told, (1..=50).collect::<Vec<_>>());
    assert!((2..=CONCURRENT_WRITES).contains(&view.most_at_once.lock().unwrap()));
}
