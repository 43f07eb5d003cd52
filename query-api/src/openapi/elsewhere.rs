//! The operations that the read side does not answer: bookings and cancellations.

use serde_json::{Value, json};
use utoipa::IntoResponses;

use super::answers::{Booking, Cancelling};
use super::schemas;

const BOOKING_ABOUT: &str = "Starts the saga that books the flight, the hotel and the payment. The same \
    request may be sent again while it runs: it is one booking. What breaks a rule across fields (prices \
    that do not add up, a check-out before the check-in) is accepted, and the trip becomes FAILED with \
    the code InvalidRequest. The same request is the same booking in whatever order its members stand and \
    however they are spelled; without a trip id each sending is a booking of its own.";

/// `POST /trips`, which API Gateway answers itself.
pub(super) fn booking() -> Value {
    let accepted = json!({
        "description": "The booking has begun.",
        "headers": {
            "Location": header("string", "Where the trip is found."),
            "Retry-After": header("integer", "Seconds after which to look."),
        },
        "content": json_content(&json!({
            "trip_id": "trip-0001", "status": "PENDING",
            "execution_arn": "arn:aws:states:eu-west-1:123456789012:execution:trip-booking:trip-0001",
        })),
    });
    json!({
        "tags": ["trips"],
        "operationId": "bookTrip",
        "summary": "Book a trip",
        "description": BOOKING_ABOUT,
        "requestBody": { "required": true, "content": { "application/json": {
            "schema": { "$ref": "#/components/schemas/BookingRequest" },
            "examples": {
                "trip": { "summary": "A trip", "value": trip("trip-0001") },
                "declined": { "summary": "A payment that the sandbox declines", "value": declined() },
            },
        }}},
        "responses": responses::<Booking>(accepted),
    })
}

/// `POST /trips/{trip_id}/cancellation`, which the cancellation's function answers.
pub(super) fn cancellation() -> Value {
    let accepted = json!({
        "description": "The cancellation has begun, or was asked for before.",
        "headers": { "Location": header("string", "Where the trip is found.") },
        "content": json_content(&json!({ "trip_id": "trip-0001", "status": "CANCELLING" })),
    });
    json!({ "post": {
        "tags": ["trips"],
        "operationId": "cancelTrip",
        "summary": "Cancel a confirmed trip",
        "description": "Refunds and releases everything. Sending it again changes nothing.",
        "parameters": [schemas::TripParameter::describe()],
        "responses": responses::<Cancelling>(accepted),
    }})
}

/// The schema of a 202's body.
pub(super) fn accepted() -> Value {
    json!({
        "type": "object",
        "required": ["trip_id", "status"],
        "properties": {
            "trip_id": schemas::trip_id(),
            "status": schemas::trip_status(),
            "execution_arn": { "type": "string", "description": "The Step Functions execution." },
        },
    })
}

fn responses<T: IntoResponses>(accepted: Value) -> Value {
    let mut responses = json!(T::responses());
    responses["202"] = accepted;
    responses
}

fn json_content(example: &Value) -> Value {
    let schema = json!({ "$ref": "#/components/schemas/Accepted" });
    json!({ "application/json": { "schema": schema, "example": example } })
}

fn header(kind: &str, description: &str) -> Value {
    json!({ "description": description, "schema": { "type": kind } })
}

fn trip(id: &str) -> Value {
    json!({
        "trip_id": id,
        "flight_details": {
            "flight_number": "NH001",
            "departure_time": "2026-03-01T10:00:00",
            "arrival_time": "2026-03-01T14:00:00",
            "price_amount": "50000",
            "price_currency": "JPY",
        },
        "hotel_details": {
            "hotel_name": "Grand Hotel Tokyo",
            "check_in_date": "2026-03-01",
            "check_out_date": "2026-03-03",
            "price_amount": "30000",
            "price_currency": "JPY",
        },
        "amount": "80000",
        "currency": "JPY",
    })
}

fn declined() -> Value {
    let mut declined = trip("trip-0002");
    declined["sandbox"] = json!({ "payment": "declined" });
    declined
}
