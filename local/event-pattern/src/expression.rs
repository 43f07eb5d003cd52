//! One element of a leaf's array: a plain value, or an object with one operator. The refusals are
//! those of `JsonRuleCompiler` in AWS's `event-ruler`, the library behind EventBridge.

use serde_json::{Map, Value, json};

use crate::invalid::{InvalidPattern, refused, unsupported};
use crate::operand::{single, text, wildcard};
use crate::{anything_but, cidr, numeric};

/// Beyond this, two whole numbers can be the same double, and the matcher compares doubles.
const LARGEST_EXACT: f64 = 9_007_199_254_740_991.0;

/// Checks one element; returns the form that `quamina` accepts.
pub(crate) fn check(value: &Value) -> Result<Value, InvalidPattern> {
    match value {
        Value::Object(expression) => operator(expression),
        Value::Array(_) => Err(refused("Match value must be String, number, true, false, or null")),
        Value::Number(number) if number.as_f64().is_none_or(|n| n.abs() > LARGEST_EXACT) => {
            Err(unsupported(format!("the number {number}")))
        }
        _ => Ok(value.clone()),
    }
}

/// Whether a checked element asks for a field's presence or absence.
pub(crate) fn is_existence(value: &Value) -> bool {
    value.get("exists").is_some()
}

fn operator(expression: &Map<String, Value>) -> Result<Value, InvalidPattern> {
    let (name, operand) = single(expression, "Match expression name not found")?;
    match name {
        "exactly" => Ok(text("exact match", operand)?.into()),
        "prefix" | "suffix" => affix(name, operand),
        "equals-ignore-case" => text(name, operand).map(|text| json!({ name: text })),
        "wildcard" => wildcard(operand).map(|text| json!({ name: text })),
        "exists" => exists(operand),
        "numeric" => numeric::check(operand),
        "cidr" => cidr::check(operand),
        "anything-but" => anything_but::check(operand),
        _ => Err(refused(format!("Unrecognized match type {name}"))),
    }
}

fn affix(name: &str, operand: &Value) -> Result<Value, InvalidPattern> {
    let Value::Object(nested) = operand else {
        return text(name, operand).map(|text| json!({ name: text }));
    };
    let (inner, operand) = single(nested, "Match expression name not found")?;
    if inner != "equals-ignore-case" {
        return Err(refused(format!("Unsupported {name} pattern: {inner}")));
    }
    text(inner, operand)?;
    Err(unsupported(format!("{name} with {inner}")))
}

fn exists(operand: &Value) -> Result<Value, InvalidPattern> {
    match operand {
        Value::Bool(_) => Ok(json!({ "exists": operand })),
        _ => Err(refused("exists match pattern must be either true or false.")),
    }
}
