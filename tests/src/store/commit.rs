//! State and events are committed together, over the version that was loaded, or not at all.

use domain::event::Fact;
use domain::{Change, ErrorCode, Trip, TripStatus};
use rstest_reuse::apply;
use serde_dynamo::AttributeValue;
use store::{CommitError, LimitExceeded, StoreError};

use super::steps::{book, give_up, id, pay, reserve_flight, reserve_hotel};
use super::world::{On, item, on_both, text};

#[apply(on_both)]
#[tokio::test]
async fn a_trip_loads_as_each_commit_left_it(on: On) {
    let bed = on.bed().await;
    let trips = bed.trips();
    assert_eq!(trips.load(&id("trip-1")).await.unwrap(), None);
    let flight = reserve_flight("trip-1", 0);
    let hotel = reserve_hotel(&flight.trip, 1);
    let payment = pay(&hotel.trip, 2);
    for change in [flight, hotel, payment] {
        trips.commit(&change).await.unwrap();
        assert_eq!(trips.load(&id("trip-1")).await.unwrap(), Some(change.trip));
    }
}

#[apply(on_both)]
#[tokio::test]
async fn a_failed_trip_keeps_its_failure_and_its_released_flight(on: On) {
    let (_bed, trips, flight) = on.with_flight().await;
    let end = give_up(&flight.trip, 1);
    trips.commit(&end).await.unwrap();
    let loaded = trips.load(&id("trip-1")).await.unwrap().unwrap();
    assert_eq!(loaded.state().status, TripStatus::Failed);
    assert_eq!(loaded, end.trip);
}

#[apply(on_both)]
#[tokio::test]
async fn of_two_first_commits_one_wins_and_the_other_writes_nothing(on: On) {
    let (bed, trips, change) = on.with_flight().await;
    let lost = trips.commit(&change).await;
    assert!(matches!(lost, Err(CommitError::LostRace)), "{lost:?}");
    assert_eq!(bed.outbox().timeline(&id("trip-1")).await.unwrap().events.len(), 1);
}

#[apply(on_both)]
#[tokio::test]
async fn a_commit_over_an_older_version_loses_and_leaves_neither_state_nor_event(on: On) {
    let (bed, trips, flight) = on.with_flight().await;
    let (hotel, end) = (reserve_hotel(&flight.trip, 1), give_up(&flight.trip, 1));
    trips.commit(&end).await.unwrap();
    let lost = trips.commit(&hotel).await;
    assert!(matches!(lost, Err(CommitError::LostRace)), "{lost:?}");
    assert_eq!(trips.load(&id("trip-1")).await.unwrap(), Some(end.trip));
    assert_eq!(bed.outbox().timeline(&id("trip-1")).await.unwrap().events.len(), 3);
}

#[apply(on_both)]
#[tokio::test]
async fn of_many_racers_exactly_one_wins(on: On) {
    let (bed, _, flight) = on.with_flight().await;
    let racers = (1..=8).map(|millis| {
        let (trips, change) = (bed.trips(), reserve_hotel(&flight.trip, millis));
        async move { trips.commit(&change).await }
    });
    let outcomes = futures::future::join_all(racers).await;
    let won = outcomes.iter().filter(|outcome| outcome.is_ok()).count();
    let lost = outcomes.iter().filter(|out| matches!(out, Err(CommitError::LostRace))).count();
    assert_eq!((won, lost), (1, 7), "{outcomes:?}");
    assert_eq!(bed.outbox().timeline(&id("trip-1")).await.unwrap().events.len(), 2);
}

#[tokio::test]
async fn a_change_beyond_a_limit_is_refused_and_leaves_nothing() {
    let bed = On::DynamoDbLocal.bed().await;
    let mut change = reserve_flight("trip-1", 0);
    change.events[0].fact = Fact::FlightCancelled { flight_id: "x".repeat(300_000) };
    let refused = bed.trips().commit(&change).await.unwrap_err();
    assert!(matches!(refused, CommitError::Store(StoreError::Limit(_))), "{refused}");
    assert!(refused.to_string().ends_with("the limit is 262144"), "{refused}");
    assert_eq!(bed.trips().load(&id("trip-1")).await.unwrap(), None);
}

/// A first commit whose flight carries a reference of so many bytes.
fn with_reference(bytes: usize) -> Change {
    let mut change = reserve_flight("trip-1", 0);
    let mut state = change.trip.state().clone();
    state.flight.as_mut().unwrap().reference = Some("x".repeat(bytes));
    change.trip = Trip::restore(state);
    change
}

#[tokio::test]
async fn the_largest_item_that_passes_the_check_is_taken_by_the_database() {
    let bed = On::DynamoDbLocal.bed().await;
    let refused = bed.trips().commit(&with_reference(400 * 1024)).await;
    let Err(CommitError::Store(StoreError::Limit(LimitExceeded { found, limit, .. }))) = refused
    else {
        panic!("{refused:?}")
    };
    let largest = 400 * 1024 - (found - limit);
    bed.trips().commit(&with_reference(largest)).await.unwrap();
    let item = item(&bed, "TRIP#trip-1", "FLIGHT#flight-trip-1").await.unwrap();
    assert_eq!(item["reference"], AttributeValue::S("x".repeat(largest)));
}

#[tokio::test]
async fn a_damaged_item_is_an_error_and_no_trip() {
    let bed = On::DynamoDbLocal.bed().await;
    book(&bed.trips(), "trip-1").await;
    let update = bed.client.update_item().table_name(&bed.tables.trips);
    let update = update.key("PK", text("TRIP#trip-1"));
    let update = update.key("SK", text("METADATA"));
    update.update_expression("REMOVE saga_id").send().await.unwrap();
    let error = bed.trips().load(&id("trip-1")).await.unwrap_err();
    assert_eq!(error.code(), ErrorCode::StoreRejected);
}
