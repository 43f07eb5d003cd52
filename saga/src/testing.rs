//! One trip for the unit tests.

use domain::{Asked, Claim, Timestamp, Trip, TripDetails, TripState, TripStatus};
use serde_json::{Value, json};
use testing::{Booking, tombstone};

const SAGA: &str = "trip-1@2026-01-01T00:00:00Z";

/// The claim of the trip's saga.
pub(crate) fn claim() -> Claim {
    testing::claim("trip-1", "alice", SAGA)
}

/// What the trip asks for.
pub(crate) fn details() -> TripDetails {
    Booking::new("trip-1").details()
}

/// The payload of a task whose state holds the ids and `state`.
pub(crate) fn task(state: Value) -> Value {
    payload(json!({"trip_id": "trip-1"}), state)
}

/// The payload of a task whose state holds the ids, the request and `added`.
pub(crate) fn booking_task(added: Value) -> Value {
    payload(Booking::new("trip-1").body().clone(), added)
}

fn payload(mut input: Value, added: Value) -> Value {
    input["customer_id"] = json!("alice");
    let (Value::Object(fields), Value::Object(added)) = (&mut input, added) else {
        panic!("objects")
    };
    fields.extend(added);
    json!({"input": input, "saga_id": SAGA})
}

/// The trip after a third commit, in any status.
pub(crate) fn trip(status: TripStatus) -> Trip {
    let state = tombstone(claim(), status, Timestamp::from_millis(1_767_225_600_000));
    let asked = Asked::Trip(details());
    Trip::restore(TripState { version: 3, last_sequence: 4, asked, ..state })
}
