//! The operator `numeric`: one comparison, or a range with a lower and an upper bound.
//!
//! `quamina` decides only ranges with two inclusive bounds correctly: its `<` matches every text,
//! and its `>` with an upper bound can match the bound itself. So each form becomes such a range.
//! That is exact, since the compared values are doubles and each double has a next one.

use serde_json::{Value, json};

use crate::invalid::{InvalidPattern, refused};

/// EventBridge compares only numbers within ± this bound.
const BOUND: f64 = 5.0e9;

pub(crate) fn check(operand: &Value) -> Result<Value, InvalidPattern> {
    let Value::Array(terms) = operand else {
        return Err(refused("Value of numeric must be an array."));
    };
    let (lowest, highest) = match terms.as_slice() {
        [Value::String(operator), rest @ ..] => comparison(operator, rest)?,
        [other, ..] => return Err(refused(format!("Invalid member in numeric match: {other}"))),
        [] => return Err(refused("Invalid member in numeric match: ]")),
    };
    Ok(json!({ "numeric": [">=", lowest, "<=", highest] }))
}

/// Refuses a value that EventBridge cannot compare as a number.
pub(crate) fn within_bounds(value: &Value) -> Result<f64, InvalidPattern> {
    let number = value.as_f64().filter(|number| number.abs() <= BOUND);
    number.ok_or_else(|| {
        refused(format!("Value must be between -5.0E9 and 5.0E9, inclusive, but is {value}"))
    })
}

/// The lowest and the highest number that match.
fn comparison(operator: &str, rest: &[Value]) -> Result<(f64, f64), InvalidPattern> {
    let name = match operator {
        "=" => "equals",
        "<" | "<=" | ">" | ">=" => operator,
        _ => return Err(refused(format!("Unrecognized numeric range operator: {operator}"))),
    };
    let (bound, rest) = number(name, rest)?;
    match operator {
        ">" | ">=" => above(operator, bound, rest),
        _ if !rest.is_empty() => Err(refused("Too many elements in numeric expression")),
        "=" => Ok((bound, bound)),
        _ => Ok((-BOUND, at_most(operator, bound))),
    }
}

/// A lower bound, alone or followed by an upper bound.
fn above(operator: &str, bottom: f64, upper: &[Value]) -> Result<(f64, f64), InvalidPattern> {
    let (top, highest) = match upper {
        [] => (BOUND, BOUND),
        [Value::String(operator), rest @ ..] => below(operator, rest)?,
        [other, ..] => return Err(refused(format!("Bad value in numeric range: {other}"))),
    };
    if bottom >= top {
        return Err(refused("Bottom must be less than top"));
    }
    let lowest = if operator == ">" { bottom.next_up() } else { bottom };
    Ok((lowest, highest))
}

/// The upper bound of a range: as written, and the highest number that matches.
fn below(operator: &str, rest: &[Value]) -> Result<(f64, f64), InvalidPattern> {
    if !matches!(operator, "<" | "<=") {
        return Err(refused(format!("Bad numeric range operator: {operator}")));
    }
    let (top, rest) = number(operator, rest)?;
    if !rest.is_empty() {
        return Err(refused("Too many terms in numeric range expression"));
    }
    Ok((top, at_most(operator, top)))
}

fn at_most(operator: &str, top: f64) -> f64 {
    if operator == "<" { top.next_down() } else { top }
}

fn number<'a>(operator: &str, terms: &'a [Value]) -> Result<(f64, &'a [Value]), InvalidPattern> {
    match terms {
        [value @ Value::Number(_), rest @ ..] => Ok((within_bounds(value)?, rest)),
        _ => Err(refused(format!("Value of {operator} must be numeric"))),
    }
}
