//! The view keeps the newest version of each row, whatever comes late or twice.

use bed::Bed;
use domain::{Asked, TripState, TripStatus};
use rstest_reuse::apply;
use store::CodecError;
use store::view::{Put, SearchRow, SearchView};

use super::steps::{book, id, reserve_flight};
use super::world::{On, item, on_both, text};

fn row(version: u64) -> SearchRow {
    SearchRow { version, ..SearchRow::from_trip(reserve_flight("trip-1", 0).trip.state()) }
}

/// The row of `trip-1`.
async fn found(view: &SearchView) -> Option<SearchRow> {
    view.look(&id("trip-1")).await.unwrap().map(|held| held.row.unwrap())
}

/// How many rows stand in the index by departure.
async fn indexed(bed: &Bed) -> i32 {
    let scan = bed.client.scan().table_name(&bed.tables.search);
    scan.index_name("customer-departure-index").send().await.unwrap().count
}

#[apply(on_both)]
#[tokio::test]
async fn a_row_only_ever_gets_newer(on: On) {
    let view = on.bed().await.view();
    assert_eq!(found(&view).await, None);
    let arrivals = [(2, Put::Written), (2, Put::Stale), (1, Put::Stale), (5, Put::Written)];
    for (version, outcome) in arrivals {
        assert_eq!(view.put_newer(&row(version)).await.unwrap(), outcome, "version {version}");
    }
    assert_eq!(view.put_newer(&row(4)).await.unwrap(), Put::Stale);
    assert_eq!(found(&view).await, Some(row(5)));
}

#[apply(on_both)]
#[tokio::test]
async fn versions_compare_as_numbers(on: On) {
    let view = on.bed().await.view();
    view.put_newer(&row(9)).await.unwrap();
    assert_eq!(view.put_newer(&row(10)).await.unwrap(), Put::Written);
    assert_eq!(view.put_newer(&row(9)).await.unwrap(), Put::Stale);
}

#[apply(on_both)]
#[tokio::test]
async fn a_root_item_of_the_table_gives_the_row_of_its_trip(on: On) {
    let bed = on.bed().await;
    let trip = book(&bed.trips(), "trip-1").await;
    let root = item(&bed, "TRIP#trip-1", "METADATA").await.unwrap();
    assert_eq!(SearchRow::from_item(root).unwrap(), SearchRow::from_trip(trip.state()));
}

#[apply(on_both)]
#[tokio::test]
async fn a_trip_without_a_departure_has_its_row_and_is_in_no_index(on: On) {
    let bed = on.bed().await;
    let state: TripState = reserve_flight("trip-1", 0).trip.state().clone();
    let tombstone = TripState { asked: Asked::Refused(None), status: TripStatus::Failed, ..state };
    let row = SearchRow::from_trip(&tombstone);
    bed.view().put_newer(&row).await.unwrap();
    assert_eq!(found(&bed.view()).await, Some(row));
    assert_eq!(indexed(&bed).await, 0);
}

#[apply(on_both)]
#[tokio::test]
async fn a_row_that_stands_where_it_does_not_belong_cannot_be_read_and_is_replaced(on: On) {
    let bed = on.bed().await;
    let tombstone = SearchRow { departure_time: None, ..row(1) };
    let view = bed.view();
    view.put_newer(&tombstone).await.unwrap();
    let update = bed.client.update_item().table_name(&bed.tables.search);
    let update =
        update.key("trip_id", text("trip-1")).update_expression("SET departure_key = :key");
    let place = text("2026-03-01T10:00#trip-1");
    update.expression_attribute_values(":key", place).send().await.unwrap();
    let held = view.look(&id("trip-1")).await.unwrap().unwrap();
    let source = &held.row.as_ref().unwrap_err().source;
    assert!(matches!(source, CodecError::Misplaced { attribute: "departure_key", .. }), "{source}");

    assert_eq!(view.put_newer(&tombstone).await.unwrap(), Put::Stale);
    assert_eq!(view.replace(&tombstone, &held).await.unwrap(), Put::Written);
    assert_eq!(found(&view).await, Some(tombstone));
    assert_eq!(indexed(&bed).await, 0);
}

#[apply(on_both)]
#[tokio::test]
async fn what_has_changed_since_it_was_looked_at_is_neither_replaced_nor_removed(on: On) {
    let view = on.bed().await.view();
    view.put_newer(&row(1)).await.unwrap();
    let held = view.look(&id("trip-1")).await.unwrap().unwrap();
    assert_eq!(held.version(), Some(1));
    view.put_newer(&row(2)).await.unwrap();
    assert_eq!(view.replace(&row(1), &held).await.unwrap(), Put::Stale);
    assert_eq!(view.remove(&id("trip-1"), &held).await.unwrap(), Put::Stale);
    assert_eq!(found(&view).await, Some(row(2)));
    let held = view.look(&id("trip-1")).await.unwrap().unwrap();
    assert_eq!(view.remove(&id("trip-1"), &held).await.unwrap(), Put::Written);
    assert_eq!(view.remove(&id("trip-1"), &held).await.unwrap(), Put::Stale);
    assert!(view.look(&id("trip-1")).await.unwrap().is_none());
}

#[test]
fn a_row_is_shown_without_its_index_keys_and_without_nulls() {
    let shown = serde_json::to_value(row(1)).unwrap();
    let fields = shown.as_object().unwrap();
    assert_eq!(fields["amount"], serde_json::json!({ "value": "80000", "currency": "JPY" }));
    assert!(!fields.contains_key("departure_key") && !fields.contains_key("status_month"));
    assert!(fields.values().all(|value| !value.is_null()), "{shown}");
    assert!(!fields.contains_key("hotel_status"), "the hotel is not begun: {shown}");
}
