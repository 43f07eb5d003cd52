//! What operators' tools read: whole tables, and the trips in flight.

use domain::TripStatus;
use futures::TryStreamExt;
use rstest_reuse::apply;
use store::view::SearchRow;
use store::{CodecError, InFlightTrip, StoreError};

use super::steps::{at, book, id, reserve_flight};
use super::world::{On, on_both, text};

#[apply(on_both)]
#[tokio::test]
async fn all_trips_are_read_and_nothing_else(on: On) {
    let bed = on.bed().await;
    let mut expected = Vec::new();
    for n in 0..5 {
        let trip = book(&bed.trips(), &format!("trip-{n}")).await;
        expected.push(SearchRow::from_trip(trip.state()));
    }
    let mut found: Vec<SearchRow> = bed.trips().all_trips().try_collect().await.unwrap();
    found.sort_by(|a, b| a.trip_id.cmp(&b.trip_id));
    assert_eq!(found, expected);
}

#[apply(on_both)]
#[tokio::test]
async fn a_damaged_row_does_not_hide_the_others(on: On) {
    use futures::StreamExt;
    let bed = on.bed().await;
    for n in 0..3 {
        let trip = reserve_flight(&format!("trip-{n}"), 0).trip;
        bed.view().put_newer(&SearchRow::from_trip(trip.state())).await.unwrap();
    }
    let update = bed.client.update_item().table_name(&bed.tables.search);
    let update = update.key("trip_id", text("trip-1")).update_expression("REMOVE schema_version");
    update.send().await.unwrap();
    let (good, bad): (Vec<_>, Vec<_>) =
        bed.view().all_rows().collect::<Vec<_>>().await.into_iter().partition(Result::is_ok);
    assert_eq!(good.len(), 2);
    let [Err(StoreError::Unreadable(item))] = bad.as_slice() else { panic!("{bad:?}") };
    assert_eq!(item.trip_id, "trip-1");
    assert!(matches!(item.source, CodecError::Missing("schema_version")), "{item:?}");
}

#[apply(on_both)]
#[tokio::test]
async fn trips_in_flight_are_listed_by_age(on: On) {
    let bed = on.bed().await;
    bed.trips().commit(&reserve_flight("old", 0)).await.unwrap();
    bed.trips().commit(&reserve_flight("young", 60_000)).await.unwrap();
    book(&bed.trips(), "done").await;
    let old = InFlightTrip { trip_id: id("old"), status: TripStatus::Pending, created_at: at(0) };
    assert_eq!(bed.trips().in_flight_before(at(60_000)).await.unwrap(), [old]);
    assert_eq!(bed.trips().in_flight_before(at(60_001)).await.unwrap().len(), 2);
}
