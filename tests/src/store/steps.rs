//! The steps of a booking as changes to commit, decided on by the real aggregate.

use domain::command::{CancelFlight, Reason, Released};
use domain::{
    Asked, Change, Claim, Command, ErrorCode, Failure, Timestamp, Trip, TripDetails, TripId,
};
use store::TripStore;
use testing::Booking;

/// When the first step takes place.
pub(super) const BEGIN: i64 = 1_772_326_800_000;

pub(super) fn at(millis: i64) -> Timestamp {
    Timestamp::from_millis(BEGIN + millis)
}

pub(super) fn id(trip: &str) -> TripId {
    TripId::parse(trip).unwrap()
}

/// The first commit of a booking: one event.
pub(super) fn reserve_flight(trip: &str, millis: i64) -> Change {
    testing::reserve_flight(claim(trip), details(trip), at(millis))
}

/// The second: one event.
pub(super) fn reserve_hotel(trip: &Trip, millis: i64) -> Change {
    testing::reserve_hotel(trip, at(millis))
}

/// The third, which confirms the trip: two events.
pub(super) fn pay(trip: &Trip, millis: i64) -> Change {
    testing::pay(trip, at(millis))
}

/// Ends a booking that got no further than its flight: two events.
pub(super) fn give_up(trip: &Trip, millis: i64) -> Change {
    let failure = Failure::new(ErrorCode::SupplierTimeout, "the hotel never answered 🏨");
    let claim = claim(trip.state().id.as_str());
    let (reason, asked) = (Reason::Booking(failure), Asked::Refused(None));
    let command = CancelFlight { claim, reason, asked };
    command.apply(Some(trip), &Released { held: true }, at(millis))
}

/// Commits a whole booking, four events, and returns the confirmed trip.
pub(super) async fn book(trips: &TripStore, trip: &str) -> Trip {
    let changes = testing::book(claim(trip), details(trip), [0, 1_000, 2_000].map(at));
    for change in &changes {
        trips.commit(change).await.unwrap();
    }
    let [.., last] = changes;
    last.trip
}

fn claim(trip: &str) -> Claim {
    testing::claim(trip, "customer-1", "saga-1")
}

/// Of a hotel whose name is hard to write.
fn details(trip: &str) -> TripDetails {
    let name = "Hôtel d'Été 🏨 \u{202e}العربية";
    Booking::new(trip).with("/hotel_details/hotel_name", name).details()
}
