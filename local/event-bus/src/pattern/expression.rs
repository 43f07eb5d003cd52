//! One element of a leaf's array: a plain value, or an object with one operator. The refusals are
//! those of `JsonRuleCompiler` in AWS's `event-ruler`, the library behind EventBridge.

use serde_json::{Map, Value, json};

use super::{InvalidPattern, anything_but, cidr, numeric, refused, unsupported};

/// Beyond this, two whole numbers can be one double, and the matcher compares doubles.
const LARGEST_EXACT: f64 = 9_007_199_254_740_991.0;

/// Checks one element; returns the form in which `quamina` takes it.
pub(super) fn check(value: &Value) -> Result<Value, InvalidPattern> {
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
pub(super) fn is_existence(value: &Value) -> bool {
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

/// The one key and value of an operator's object.
pub(super) fn single<'a>(
    expression: &'a Map<String, Value>,
    when_empty: &str,
) -> Result<(&'a str, &'a Value), InvalidPattern> {
    let mut entries = expression.iter();
    let (name, operand) = entries.next().ok_or_else(|| refused(when_empty))?;
    match entries.next() {
        None => Ok((name, operand)),
        Some(_) => Err(refused("Only one key allowed in match expression")),
    }
}

/// Checks a pattern text that may hold the wildcard `*`, escaped as `\*`. Positions in the refusals
/// are EventBridge's: bytes, with the opening quote at 0.
pub(super) fn wildcard(operand: &Value) -> Result<&str, InvalidPattern> {
    let pattern = text("wildcard", operand)?;
    let mut bytes = pattern.bytes().zip(1_usize..).peekable();
    while let Some((byte, position)) = bytes.next() {
        let next = bytes.peek().map(|(byte, _)| *byte);
        match (byte, next) {
            (b'*', Some(b'*')) => {
                return Err(refused(format!("Consecutive wildcard characters at pos {position}")));
            }
            (b'\\', Some(b'*' | b'\\')) => {
                bytes.next();
            }
            (b'\\', _) => {
                return Err(refused(format!("Invalid escape character at pos {position}")));
            }
            _ => {}
        }
    }
    Ok(pattern)
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

fn text<'a>(form: &str, operand: &'a Value) -> Result<&'a str, InvalidPattern> {
    let refusal = || refused(format!("{form} match pattern must be a string"));
    operand.as_str().ok_or_else(refusal)
}
