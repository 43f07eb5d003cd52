//! One booking with fixed values, for tests that need some trip, not every trip.

use domain::{Change, Timestamp};
use testing::{Booking, claim, reserve_flight};

use crate::view::SearchRow;

/// The first commit of trip `trip-1`: its flight is reserved, and one event says so.
pub(crate) fn first_change() -> Change {
    change("2026-03-01T10:00", "trip-1")
}

/// A row of the view with the given departure.
pub(crate) fn search_row(departure: &str, trip: &str) -> SearchRow {
    SearchRow::from_trip(change(departure, trip).trip.state())
}

pub(crate) fn now() -> Timestamp {
    Timestamp::from_millis(1_772_326_800_120)
}

fn change(departure: &str, trip: &str) -> Change {
    let details = Booking::new(trip).departing(departure).details();
    reserve_flight(claim(trip, "customer-1", "saga-1"), details, now())
}
