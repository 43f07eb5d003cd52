//! The operations that are not part of the read side: bookings and cancellations.

use serde_json::{Map, Value, json};
use utoipa::IntoResponses;

use super::answers::{Booking, Cancelling};
use super::{request, schemas};

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
            "traceparent": {
                "description": "The trace that the booking belongs to, where it was sent with one.",
                "schema": { "type": "string" },
            },
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
                "trip": { "summary": "A trip", "value": request::trip() },
                "declined": { "summary": "A payment that the sandbox declines", "value": request::declined() },
            },
        }}},
        "responses": responses::<Booking>(accepted),
    })
}

/// `POST /trips/{trip_id}/cancellation`, which the cancellation function answers.
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
    let mut responses = Map::from_iter([("202".to_owned(), accepted)]);
    responses.extend(T::responses().into_iter().map(|(status, answer)| (status, json!(answer))));
    responses.into()
}

fn json_content(example: &Value) -> Value {
    let schema = json!({ "$ref": "#/components/schemas/Accepted" });
    json!({ "application/json": { "schema": schema, "example": example } })
}

fn header(kind: &str, description: &str) -> Value {
    json!({ "description": description, "required": true, "schema": { "type": kind } })
}
