//! The schemas of what other crates serialise: rows of the view, events, problems.

use domain::member::{PaymentStatus, ReservationStatus};
use domain::{ErrorCode, TripId, TripStatus};
use serde_json::{Value, json};

use super::schemas::{
    date, error_code, money, names, payment_status, reservation_status, ticket_time, timestamp,
    trip_id, trip_status,
};

/// The components, by name.
pub(super) fn all() -> [(&'static str, Value); 10] {
    [
        ("SearchRow", search_row()),
        ("Event", event()),
        ("TimelineEntry", timeline_entry()),
        ("Failure", failure()),
        ("Problem", problem()),
        ("Money", money_of_any_currency()),
        ("TripStatus", json!(names(TripStatus::ALL.iter().map(|status| status.as_str())))),
        (
            "ReservationStatus",
            json!(names(ReservationStatus::ALL.iter().map(|status| status.as_str()))),
        ),
        ("PaymentStatus", json!(names(PaymentStatus::ALL.iter().map(|status| status.as_str())))),
        ("ErrorCode", json!(names(ErrorCode::ALL.iter().map(|code| code.name())))),
    ]
}

/// An amount is a decimal text, never a number.
fn money_of_any_currency() -> Value {
    let value = json!({ "type": "string", "pattern": r"^\d{1,15}(\.\d{1,4})?$" });
    let currency = json!({ "type": "string", "pattern": "^[A-Z]{3}$" });
    object(&["value", "currency"], &json!({ "value": value, "currency": currency }))
}

fn object(required: &[&str], properties: &Value) -> Value {
    json!({ "type": "object", "required": required, "properties": properties })
}

fn search_row() -> Value {
    let required = [
        "trip_id",
        "customer_id",
        "status",
        "version",
        "created_at",
        "updated_at",
        "status_changed_at",
    ];
    object(
        &required,
        &json!({
            "trip_id": trip_id(),
            "customer_id": { "type": "string" },
            "status": trip_status(),
            "version": { "type": "integer", "minimum": 1 },
            "created_at": timestamp(),
            "updated_at": timestamp(),
            "status_changed_at": timestamp(),
            "flight_number": { "type": "string" },
            "departure_time": ticket_time(),
            "arrival_time": ticket_time(),
            "hotel_name": { "type": "string" },
            "check_in_date": date(),
            "check_out_date": date(),
            "amount": money(),
            "flight_status": reservation_status(),
            "hotel_status": reservation_status(),
            "payment_status": payment_status(),
            "failure_code": error_code(),
        }),
    )
}

fn event() -> Value {
    let required = ["specversion", "id", "source", "type", "subject", "time", "sequence", "data"];
    let text = || json!({ "type": "string" });
    let mut event = object(
        &required,
        &json!({
            "specversion": { "type": "string", "enum": ["1.0"] },
            "id": text(),
            "source": text(),
            "type": { "type": "string", "pattern": r"^[a-z]+\.[a-z]+\.v[0-9]+$" },
            "subject": { "type": "string", "description": "The trip's id.", "pattern": trip_id().pattern },
            "time": timestamp(),
            "datacontenttype": text(),
            "dataschema": text(),
            "sequence": { "type": "string", "pattern": "^[0-9]{10}$",
                "description": "The place among the trip's events, from 1 and without gaps." },
            "correlationid": text(),
            "causationid": { "type": "string",
                "description": "The event that caused this one; in events without `sagaid`, the saga." },
            "sagaid": text(),
            "traceparent": text(),
            "data": { "type": "object", "description": "What happened, by the type." },
        }),
    );
    event["description"] = json!("A CloudEvents 1.0 envelope, as it is published.");
    event
}

fn timeline_entry() -> Value {
    let event = json!({ "$ref": "#/components/schemas/Event" });
    let described = |schema: Value, description: &str| {
        let mut schema = schema;
        schema["description"] = json!(description);
        schema
    };
    let reason = json!({ "type": "string" });
    object(
        &["event"],
        &json!({
            "event": event,
            "dispatched_at": described(json!(timestamp()), "When it was published; absent before."),
            "parked_reason": described(reason, "Why it is not published until an operator acts; absent else."),
            "discarded_at": described(json!(timestamp()), "When an operator gave it up, once parked."),
        }),
    )
}

fn field_errors() -> Value {
    let text = |description| json!({ "type": "string", "description": description });
    let error = object(
        &["field", "code", "detail"],
        &json!({
            "field": text("Such as flight_details.price_amount."),
            "code": text("The broken rule's stable name."),
            "detail": text("The rule."),
        }),
    );
    json!({ "type": "array", "items": error })
}

fn failure() -> Value {
    object(
        &["code", "detail"],
        &json!({
            "code": error_code(), "detail": { "type": "string" }, "errors": field_errors(),
        }),
    )
}

fn problem() -> Value {
    let mut problem = object(
        &["type", "title", "status", "code", "detail"],
        &json!({
            "type": { "type": "string", "pattern": "^urn:trip-saga:error:" },
            "title": { "type": "string" },
            "status": { "type": "integer", "minimum": 400, "maximum": 599 },
            "code": error_code(),
            "detail": { "type": "string" },
            "errors": field_errors(),
        }),
    );
    let example = json!({
        "type": "urn:trip-saga:error:InvalidRequest", "title": "Invalid request", "status": 400,
        "code": "InvalidRequest", "detail": "the request breaks 1 rule",
        "errors": [{ "field": "trip_id", "code": "format", "detail": TripId::RULE }],
    });
    problem["examples"] = json!([example]);
    problem
}
