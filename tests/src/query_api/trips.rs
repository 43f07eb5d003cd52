//! Trips in any state, made without a saga.

use domain::member::{
    FlightReservation, HotelBooking, PaymentStatus, PaymentTransaction, ReservationStatus,
};
use domain::request::BookingRequest;
use domain::{Asked, CustomerId, SagaId, Timestamp, TripDetails, TripId, TripState, TripStatus};
use serde_json::json;

/// When all of these trips were committed.
pub(super) const AT: &str = "2026-01-15T11:00:00.000Z";

/// A trip of which nothing is begun.
pub(super) fn tombstone(id: &str, customer: &str, status: TripStatus) -> TripState {
    let at: Timestamp = AT.parse().unwrap();
    TripState {
        id: TripId::parse(id).unwrap(),
        customer_id: CustomerId::parse(customer).unwrap(),
        saga_id: SagaId::parse("saga-1").unwrap(),
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

/// The length of `yyyy-mm-dd`.
const DATE: usize = 10;

fn details(departure: &str) -> TripDetails {
    // Both times have an offset, or neither.
    let offset = &departure["2026-03-01T10:00:00".len()..];
    let request = json!({
        "flight_details": {
            "flight_number": "NH001",
            "departure_time": departure,
            "arrival_time": format!("{}T23:59:59{offset}", &departure[..DATE]),
            "price_amount": "500.50",
            "price_currency": "EUR",
        },
        "hotel_details": {
            "hotel_name": "Grand Hôtel d'Été 🏨",
            "check_in_date": "2026-03-01",
            "check_out_date": "2026-03-03",
            "price_amount": "300",
            "price_currency": "EUR",
        },
        "amount": "800.50",
        "currency": "EUR",
    });
    BookingRequest::parse(&request).unwrap().details().unwrap()
}
