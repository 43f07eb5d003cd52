//! The view keeps the newest version of each row, whatever comes late or twice.

use domain::{Asked, TripState, TripStatus};
use rstest::rstest;
use store::view::{Put, SearchRow};

use super::steps::{book, id, reserve_flight};
use super::world::{On, World};

fn row(version: u64) -> SearchRow {
    SearchRow { version, ..SearchRow::from_trip(&reserve_flight("trip-1", 0).trip) }
}

#[rstest]
#[tokio::test]
async fn a_row_only_ever_gets_newer(#[values(On::DynamoDbLocal, On::Engine)] on: On) {
    let world = World::new(on).await;
    let view = world.view();
    assert_eq!(view.get(&id("trip-1")).await.unwrap(), None);
    let arrivals = [(2, Put::Written), (2, Put::Stale), (1, Put::Stale), (5, Put::Written)];
    for (version, outcome) in arrivals {
        assert_eq!(view.put_newer(&row(version)).await.unwrap(), outcome, "version {version}");
    }
    assert_eq!(view.put_newer(&row(4)).await.unwrap(), Put::Stale);
    assert_eq!(view.get(&id("trip-1")).await.unwrap(), Some(row(5)));
}

#[rstest]
#[tokio::test]
async fn versions_compare_as_numbers(#[values(On::DynamoDbLocal, On::Engine)] on: On) {
    let world = World::new(on).await;
    let view = world.view();
    view.put_newer(&row(9)).await.unwrap();
    assert_eq!(view.put_newer(&row(10)).await.unwrap(), Put::Written);
    assert_eq!(view.put_newer(&row(9)).await.unwrap(), Put::Stale);
}

#[rstest]
#[tokio::test]
async fn a_root_item_of_the_table_gives_the_row_of_its_trip(
    #[values(On::DynamoDbLocal, On::Engine)] on: On,
) {
    let world = World::new(on).await;
    let trip = book(&world.trips(), "trip-1").await;
    let root = world.item("TRIP#trip-1", "METADATA").await.unwrap();
    assert_eq!(SearchRow::from_item(&root).unwrap(), SearchRow::from_trip(&trip));
}

#[rstest]
#[tokio::test]
async fn a_trip_without_a_departure_has_its_row_and_is_in_no_index(
    #[values(On::DynamoDbLocal, On::Engine)] on: On,
) {
    let world = World::new(on).await;
    let state: TripState = (*reserve_flight("trip-1", 0).trip).clone();
    let tombstone = TripState { asked: Asked::UNKNOWN, status: TripStatus::Failed, ..state };
    let row = SearchRow::from_trip(&tombstone);
    world.view().put_newer(&row).await.unwrap();
    assert_eq!(world.view().get(&id("trip-1")).await.unwrap(), Some(row));
    let indexed = world.client.scan().table_name(&world.tables.search);
    let indexed = indexed.index_name("customer-departure-index").send().await.unwrap();
    assert_eq!(indexed.count, 0);
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
