//! The schemas of what other crates serialise: rows of the view, events, problems.

use domain::member::{PaymentStatus, ReservationStatus};
use domain::{ErrorCode, TripStatus};
use lambda_kit::http::ERROR_PAGES;
use serde_json::{Value, json};
use utoipa::PartialSchema;

use super::answers;
use super::schemas::{
    Order, date, error_code, money, names, payment_status, reservation_status, ticket_time,
    timestamp, trip_id, trip_status,
};

/// The components, by name.
pub(super) fn all() -> Vec<(&'static str, Value)> {
    vec![
        ("SearchRow", search_row()),
        ("Event", event()),
        ("TimelineEntry", timeline_entry()),
        ("Failure", failure()),
        ("FieldError", field_error()),
        ("Problem", problem()),
        ("Money", money_of_any_currency()),
        ("Order", json!(Order::schema())),
        ("TripStatus", json!(names(TripStatus::ALL.iter().map(|status| status.as_str())))),
        (
            "ReservationStatus",
            json!(names(ReservationStatus::ALL.iter().map(|status| status.as_str()))),
        ),
        ("PaymentStatus", json!(names(PaymentStatus::ALL.iter().map(|status| status.as_str())))),
        ("ErrorCode", json!(names(ErrorCode::ALL.iter().map(|code| code.name())))),
    ]
}

/// An amount is a decimal text, never a number. It may have any currency, since trips outlive
/// currencies.
fn money_of_any_currency() -> Value {
    let value =
        json!({ "type": "string", "pattern": r"^\d{1,15}(\.\d{1,4})?$", "examples": ["80000"] });
    let currency = json!({ "type": "string", "pattern": "^[A-Z]{3}$", "examples": ["JPY"],
        "description": "An ISO 4217 code; an old trip may have one that is no longer in use." });
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
            "dataschema": { "type": "string", "format": "uri",
                "description": "The JSON Schema of `data`: an address that this API serves, or a name where it is not configured." },
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

fn field_error() -> Value {
    let text = |description| json!({ "type": "string", "description": description });
    object(
        &["field", "code", "detail"],
        &json!({
            "field": text("Such as flight_details.price_amount."),
            "code": text("The broken rule's stable name."),
            "detail": text("The rule."),
        }),
    )
}

fn field_errors() -> Value {
    let error = json!({ "$ref": "#/components/schemas/FieldError" });
    json!({ "type": "array", "items": error, "description": "The broken rules by field." })
}

fn failure() -> Value {
    let mut failure = object(
        &["code", "detail"],
        &json!({
            "code": error_code(), "detail": { "type": "string" }, "errors": field_errors(),
        }),
    );
    failure["description"] = json!("Why a trip failed.");
    failure
}

fn problem() -> Value {
    let text = |description| json!({ "type": "string", "description": description });
    let page = format!("^[A-Za-z0-9/_.~-]*{ERROR_PAGES}[A-Za-z]+$");
    let mut problem = object(
        &["type", "title", "status", "code", "detail"],
        &json!({
            "type": { "type": "string", "format": "uri-reference", "pattern": page,
                "description": "The address of the code's page, which this API serves." },
            "title": text("The code in words."),
            "status": { "type": "integer", "format": "int32", "minimum": 400, "maximum": 599 },
            "code": error_code(),
            "detail": text("What happened, in words that a person can act on."),
            "errors": field_errors(),
        }),
    );
    problem["description"] = json!("An error (RFC 9457). Programs go by its `code`.");
    problem["examples"] = json!([answers::example()]);
    problem
}
