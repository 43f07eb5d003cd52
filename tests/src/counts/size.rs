//! The bytes of an item as DynamoDB counts them: the developer guide, "Item sizes and formats".

use serde_json::Value;

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
