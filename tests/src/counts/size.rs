//! The bytes of an item as DynamoDB counts them: the developer guide, "Item sizes and formats".

use serde_json::{Value, json};

/// Where an API on AWS serves the schemas of events.
pub(crate) const SCHEMAS: &str =
    "https://a1b2c3d4e5.execute-api.us-east-1.amazonaws.com/prod/events/schemas";

/// What Lambda writes behind the trace in X-Ray's header.
pub(crate) const LINEAGE: &str = ";Lineage=1:a87bd80c:0";

/// The item of an event as a function on AWS writes it, of one that names `schemas`.
pub(super) fn as_on_aws(event: &Value, schemas: &str) -> Value {
    let mut event = event.clone();
    let detail = event["detail"]["S"].as_str().unwrap().replace(schemas, SCHEMAS);
    event["detail"]["S"] = json!(detail);
    event["trace_header"] = json!({ "S": LINEAGE });
    event
}

/// The bytes of an item: the names and the values.
pub(crate) fn bytes(item: &Value) -> usize {
    let entries = item.as_object().unwrap().iter();
    entries.map(|(name, value)| name.len() + value_bytes(value)).sum()
}

fn value_bytes(value: &Value) -> usize {
    let (kind, value) = value.as_object().unwrap().iter().next().unwrap();
    match (kind.as_str(), value) {
        ("S", Value::String(text)) => text.len(),
        ("N", Value::String(number)) => number.len().div_ceil(2) + 2,
        ("M", Value::Object(entries)) => 3 + entries.len() + bytes(value),
        ("L", Value::Array(values)) => {
            values.iter().map(|value| 1 + value_bytes(value)).sum::<usize>() + 3
        }
        _ => 1,
    }
}
