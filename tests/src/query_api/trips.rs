//! Trips in any state, made without a saga.

use domain::member::{
    FlightReservation, HotelBooking, PaymentStatus, PaymentTransaction, ReservationStatus,
};
use domain::{Asked, TripDetails, TripState, TripStatus};
use testing::{Booking, claim};

/// When all of these trips were committed.
pub(super) const AT: &str = "2026-01-15T11:00:00.000Z";

/// A trip without members, of which nobody knows what it asked for.
pub(super) fn tombstone(id: &str, customer: &str, status: TripStatus) -> TripState {
    testing::tombstone(claim(id, customer, "saga-1"), status, AT.parse().unwrap())
}

/// A trip that was asked for, and departs then.
pub(super) fn asked_for(
    id: &str,
    customer: &str,
    status: TripStatus,
    departure: &str,
) -> TripState {
    let asked = Asked::Trip(details(departure));
    TripState { asked, ..tombstone(id, customer, status) }
}

/// A trip of which everything is held.
pub(super) fn confirmed(id: &str, customer: &str) -> TripState {
    let trip = asked_for(id, customer, TripStatus::Confirmed, "2026-03-01T10:00:00");
    let reference = Some("supplier-1".to_owned());
    let member_id = FlightReservation::id_in(&trip.id);
    let flight = FlightReservation {
        id: member_id,
        status: ReservationStatus::Confirmed,
        reference: reference.clone(),
    };
    let hotel = HotelBooking {
        id: HotelBooking::id_in(&trip.id),
        status: ReservationStatus::Confirmed,
        reference: reference.clone(),
    };
    let payment = PaymentTransaction {
        id: PaymentTransaction::id_in(&trip.id),
        status: PaymentStatus::Captured,
        reference,
    };
    TripState { flight: Some(flight), hotel: Some(hotel), payment: Some(payment), ..trip }
}

/// A booking in euros and cents, of a hotel whose name is hard to write.
fn details(departure: &str) -> TripDetails {
    let booking = Booking::new("any").departing(departure);
    let booking = booking.with("/hotel_details/hotel_name", "Grand Hôtel d'Été 🏨");
    let flight = booking.with("/flight_details/price_amount", "500.50");
    let both = flight.with("/hotel_details/price_amount", "300").with("/amount", "800.50");
    let currencies =
        ["/flight_details/price_currency", "/hotel_details/price_currency", "/currency"];
    currencies.into_iter().fold(both, |booking, field| booking.with(field, "EUR")).details()
}
