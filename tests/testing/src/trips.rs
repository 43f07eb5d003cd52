//! Trips without a table: whose they are, in any state, and the commits of a booking.

use domain::command::{ProcessPayment, ReserveFlight, ReserveHotel, SupplierAnswer};
use domain::{
    Asked, Change, Claim, Command, CustomerId, SagaId, Timestamp, Trip, TripDetails, TripId,
    TripState, TripStatus,
};

/// Who speaks for a trip.
#[must_use]
pub fn claim(trip: &str, customer: &str, saga: &str) -> Claim {
    Claim {
        trip_id: TripId::parse(trip).unwrap(),
        customer_id: CustomerId::parse(customer).unwrap(),
        saga_id: SagaId::parse(saga).unwrap(),
    }
}

/// A trip after its first commit: no member is begun, and what was asked for is unknown.
#[must_use]
pub fn tombstone(claim: Claim, status: TripStatus, at: Timestamp) -> TripState {
    TripState {
        id: claim.trip_id,
        customer_id: claim.customer_id,
        saga_id: claim.saga_id,
        status,
        version: 1,
        last_sequence: 0,
        asked: Asked::Refused(None),
        flight: None,
        hotel: None,
        payment: None,
        failure: None,
        created_at: at,
        updated_at: at,
        status_changed_at: at,
    }
}

/// The commit in which the flight is reserved: one event.
#[must_use]
pub fn reserve_flight(claim: Claim, details: TripDetails, at: Timestamp) -> Change {
    ReserveFlight { claim, details }.apply(None, &accepted(), at)
}

/// The commit that follows, in which the hotel is reserved: one event.
#[must_use]
pub fn reserve_hotel(trip: &Trip, at: Timestamp) -> Change {
    let (claim, details) = booking_of(trip);
    ReserveHotel { claim, details }.apply(Some(trip), &accepted(), at)
}

/// The commit that ends the booking, in which the payment is captured: two events.
#[must_use]
pub fn pay(trip: &Trip, at: Timestamp) -> Change {
    let (claim, details) = booking_of(trip);
    ProcessPayment { claim, details }.apply(Some(trip), &accepted(), at)
}

/// All three commits of a booking, at these times.
#[must_use]
pub fn book(claim: Claim, details: TripDetails, at: [Timestamp; 3]) -> [Change; 3] {
    let flight = reserve_flight(claim, details, at[0]);
    let hotel = reserve_hotel(&flight.trip, at[1]);
    let payment = pay(&hotel.trip, at[2]);
    [flight, hotel, payment]
}

fn booking_of(trip: &Trip) -> (Claim, TripDetails) {
    let state = trip.state();
    let claim = claim(state.id.as_str(), state.customer_id.as_str(), state.saga_id.as_str());
    (claim, state.details().unwrap().clone())
}

/// The answer of a supplier that does as it is asked.
fn accepted() -> SupplierAnswer {
    SupplierAnswer::Accepted { reference: "supplier-1".to_owned() }
}
