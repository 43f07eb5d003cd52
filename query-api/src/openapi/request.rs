//! The body of a booking: the domain's published schema, with its parts as named components.

use domain::request::BookingRequest;
use serde_json::{Value, json};

const BODY: &str = "BookingRequest";
/// The body's parts that are components: member, name, and description.
const PARTS: [[&str; 3]; 3] = [
    ["flight_details", "FlightDetails", "The flight that is to be booked."],
    ["hotel_details", "HotelDetails", "The hotel that is to be booked."],
    ["sandbox", "Sandbox", "How the sandbox suppliers are to misbehave; production has none."],
];

/// The components, by name.
pub(super) fn components() -> Vec<(&'static str, Value)> {
    let mut body = BookingRequest::published_schema();
    let currency = body["properties"]["currency"].clone();
    give_examples(&mut body, &trip());
    let currency_with_example = body["properties"]["currency"].clone();
    refer(&mut body, &currency_with_example, "Currency");
    let mut components = vec![("Currency", currency)];
    for [member, name, description] in PARTS {
        let mut part = body["properties"][member].take();
        part["description"] = json!(description);
        body["properties"][member] = reference(name);
        components.push((name, part));
    }
    body["description"] =
        json!("A trip that is to be booked. Its amount is the sum of both prices.");
    components.push((BODY, body));
    components
}

/// Replaces every schema that equals `said` with a reference.
fn refer(schema: &mut Value, said: &Value, name: &str) {
    if schema == said {
        *schema = reference(name);
    } else if let Some(members) = schema.as_object_mut() {
        members.values_mut().for_each(|member| refer(member, said, name));
    }
}

fn reference(name: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}

/// Gives each field its value in the example.
fn give_examples(schema: &mut Value, example: &Value) {
    let properties = schema.get_mut("properties").and_then(Value::as_object_mut);
    let (Some(properties), Some(members)) = (properties, example.as_object()) else {
        schema["examples"] = json!([example]);
        return;
    };
    for (name, member) in members {
        properties.get_mut(name).into_iter().for_each(|schema| give_examples(schema, member));
    }
}

/// A booking that can be sent unchanged.
pub(super) fn trip() -> Value {
    json!({
        "trip_id": "trip-0001",
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

/// A booking that fails.
pub(super) fn declined() -> Value {
    let mut declined = trip();
    declined["trip_id"] = json!("trip-0002");
    declined["sandbox"] = json!({ "payment": "declined" });
    declined
}
