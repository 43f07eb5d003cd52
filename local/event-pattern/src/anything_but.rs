//! The operator `anything-but`: matches a field that exists and has another value.

use serde_json::{Map, Value, json};

use crate::invalid::{InvalidPattern, refused, unsupported};
use crate::numeric;
use crate::operand::{single, wildcard};

pub(crate) fn check(operand: &Value) -> Result<Value, InvalidPattern> {
    match operand {
        Value::Array(values) => list(values)?,
        Value::Object(nested) => return Err(with_operator(nested)?),
        _ => single_value(operand)?,
    }
    Ok(json!({ "anything-but": operand }))
}

fn single_value(value: &Value) -> Result<(), InvalidPattern> {
    match value {
        Value::String(_) => Ok(()),
        Value::Number(_) => numeric::within_bounds(value).map(drop),
        _ => Err(refused("Value of anything-but must be an array or single string/number value.")),
    }
}

fn list(values: &[Value]) -> Result<(), InvalidPattern> {
    if values.iter().any(|value| !value.is_string() && !value.is_number()) {
        return Err(refused("Inside anything but list, start|null|boolean is not supported."));
    }
    let of_one_type = values.iter().all(Value::is_string) || values.iter().all(Value::is_number);
    if values.is_empty() || !of_one_type {
        return Err(refused(
            "Inside anything but list, either all values are number or string, \
             mixed type is not supported",
        ));
    }
    values.iter().try_for_each(single_value)
}

/// Why `anything-but` with an operator cannot be matched: it is malformed, or only valid on
/// EventBridge.
fn with_operator(nested: &Map<String, Value>) -> Result<InvalidPattern, InvalidPattern> {
    let (name, operand) = single(nested, "Anything-But expression name not found")?;
    match name {
        "prefix" | "suffix" => texts(operand, affix)?,
        "wildcard" => texts(operand, |value| wildcard(value).map(drop))?,
        "equals-ignore-case" => texts(operand, ignoring_case)?,
        _ => return Err(refused(format!("Unsupported anything-but pattern: {name}"))),
    }
    Ok(unsupported(format!("anything-but with {name}")))
}

fn texts(
    operand: &Value,
    check: impl Fn(&Value) -> Result<(), InvalidPattern>,
) -> Result<(), InvalidPattern> {
    match operand {
        Value::Array(values) => values.iter().try_for_each(check),
        Value::String(_) | Value::Number(_) => check(operand),
        _ => single_value(operand),
    }
}

fn affix(value: &Value) -> Result<(), InvalidPattern> {
    match value.as_str() {
        None => Err(refused("prefix/suffix match pattern must be a string")),
        Some("") => Err(refused("Null prefix/suffix not allowed")),
        Some(_) => Ok(()),
    }
}

fn ignoring_case(value: &Value) -> Result<(), InvalidPattern> {
    match value {
        Value::String(_) => Ok(()),
        _ => Err(refused(
            "Inside anything-but/equals-ignore-case list, number|start|null|boolean is not supported.",
        )),
    }
}
