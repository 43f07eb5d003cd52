//! One trip for the unit tests.

use domain::request::BookingRequest;
use domain::{
    Asked, Claim, CustomerId, SagaId, Timestamp, Trip, TripDetails, TripId, TripState, TripStatus,
};
use serde_json::{Value, json};

/// Who speaks for the trip.
pub(crate) fn claim() -> Claim {
    Claim {
        trip_id: TripId::parse("trip-1").unwrap(),
        customer_id: CustomerId::parse("alice").unwrap(),
        saga_id: SagaId::parse("trip-1@2026-01-01T00:00:00Z").unwrap(),
    }
}

/// The body that books the trip.
pub(crate) fn request() -> Value {
    json!({
        "trip_id": "trip-1",
        "flight_details": {
            "flight_number": "NH001",
            "departure_time": "2026-03-01T10:00:00",
            "arrival_time": "2026-03-01T14:00:00",
            "price_amount": 50000,
            "price_currency": "JPY",
        },
        "hotel_details": {
            "hotel_name": "Grand Hotel Tokyo",
            "check_in_date": "2026-03-01",
            "check_out_date": "2026-03-03",
            "price_amount": 30000,
            "price_currency": "JPY",
        },
        "amount": 80000,
        "currency": "JPY",
    })
}

/// What the trip asks for.
pub(crate) fn details() -> TripDetails {
    BookingRequest::parse(&request()).unwrap().details().unwrap()
}

/// The payload of a task whose state holds the ids, and `state`.
pub(crate) fn task(state: Value) -> Value {
    payload(json!({"trip_id": "trip-1"}), state)
}

/// The payload of a task whose state holds the ids and the request, and `added`.
pub(crate) fn booking_task(added: Value) -> Value {
    payload(request(), added)
}

fn payload(mut input: Value, added: Value) -> Value {
    input["customer_id"] = json!("alice");
    let (Value::Object(fields), Value::Object(added)) = (&mut input, added) else {
        panic!("objects")
    };
    fields.extend(added);
    json!({"input": input, "saga_id": "trip-1@2026-01-01T00:00:00Z"})
}

/// The trip as a third commit left it, in any status.
pub(crate) fn trip(status: TripStatus) -> Trip {
    let at = Timestamp::from_millis(1_767_225_600_000);
    let Claim { trip_id, customer_id, saga_id } = claim();
    Trip::restore(TripState {
        id: trip_id,
        customer_id,
        saga_id,
        status,
        version: 3,
        last_sequence: 4,
        asked: Asked::Trip(details()),
        flight: None,
        hotel: None,
        payment: None,
        failure: None,
        created_at: at,
        updated_at: at,
        status_changed_at: at,
    })
}
