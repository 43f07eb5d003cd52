//! Numbers: which can be compared, and the operator `numeric`, which is one comparison or a range
//! with a lower and an upper bound.

use std::ops::Bound;

use crate::invalid::{InvalidPattern, refused};
use crate::json::Json;

/// A whole number of at most this many digits is a double without any rounding.
const EXACT_DIGITS: usize = 15;

/// The numbers between two bounds.
pub(crate) type Range = (Bound<f64>, Bound<f64>);

/// The number that a JSON number writes, if EventBridge can compare it: what Java writes for the
/// double nearest to it has to be the same number. So `300`, `300.0` and `3e2` are one number, and
/// `0.30000000000000000001` is none.
pub(crate) fn comparable(text: &str) -> Option<f64> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    if !digits.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let number: f64 = text.parse().ok()?;
    let is_exact = digits.len() <= EXACT_DIGITS && digits.bytes().all(|byte| byte.is_ascii_digit());
    let is_same =
        || number.is_finite() && decimal(digits).is_some_and(|it| Some(it) == written(number));
    (is_exact || is_same()).then_some(number)
}

/// The size of a double as Java writes it: in the fewest digits that tell it from its neighbours,
/// and in no less than two, which makes a difference for the very smallest.
fn written(number: f64) -> Option<(String, i64)> {
    let number = number.abs();
    let in_two = format!("{number:.1e}");
    match in_two.parse() == Ok(number) {
        true => decimal(&in_two),
        false => decimal(&format!("{number:e}")),
    }
}

/// The digits of an unsigned decimal without zeros at either end, and the power of ten of the last.
fn decimal(text: &str) -> Option<(String, i64)> {
    let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
    let exponent = i64::from(exponent.parse::<i32>().ok()?);
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = format!("{whole}{fraction}");
    let significant = digits.trim_end_matches('0');
    let zeros = i64::try_from(digits.len() - significant.len()).ok()?;
    let fraction = i64::try_from(fraction.len()).ok()?;
    let significant = significant.trim_start_matches('0').to_owned();
    let power = if significant.is_empty() { 0 } else { exponent - fraction + zeros };
    Some((significant, power))
}

/// A number of a pattern that has to be comparable.
pub(crate) fn compared(text: &str) -> Result<f64, InvalidPattern> {
    comparable(text).ok_or_else(|| refused(format!("Cannot compare number : {text}")))
}

pub(crate) fn range(operand: &Json) -> Result<Range, InvalidPattern> {
    let Json::Array(terms) = operand else {
        return Err(refused("Value of numeric must be an array."));
    };
    match terms.as_slice() {
        [Json::Text(operator), rest @ ..] => comparison(operator, rest),
        [other, ..] => Err(refused(format!("Invalid member in numeric match: {}", other.shown()))),
        [] => Err(refused("Invalid member in numeric match: ]")),
    }
}

fn comparison(operator: &str, rest: &[Json]) -> Result<Range, InvalidPattern> {
    let name = match operator {
        "=" => "equals",
        "<" | "<=" | ">" | ">=" => operator,
        _ => return Err(refused(format!("Unrecognized numeric range operator: {operator}"))),
    };
    let (bound, rest) = number(name, rest)?;
    match operator {
        ">" => above(Bound::Excluded(bound), bound, rest),
        ">=" => above(Bound::Included(bound), bound, rest),
        _ if !rest.is_empty() => Err(too_many_elements()),
        "=" => Ok((Bound::Included(bound), Bound::Included(bound))),
        _ => Ok((Bound::Unbounded, top(operator, bound))),
    }
}

/// A lower bound, alone or followed by an upper bound.
fn above(lower: Bound<f64>, bottom: f64, upper: &[Json]) -> Result<Range, InvalidPattern> {
    let (operator, rest) = match upper {
        [] => return Ok((lower, Bound::Unbounded)),
        [Json::Text(operator), rest @ ..] => (operator.as_str(), rest),
        [other, ..] => {
            return Err(refused(format!("Bad value in numeric range: {}", other.shown())));
        }
    };
    if !matches!(operator, "<" | "<=") {
        return Err(refused(format!("Bad numeric range operator: {operator}")));
    }
    let (highest, rest) = number(operator, rest)?;
    if !rest.is_empty() {
        return Err(refused("Too many terms in numeric range expression"));
    }
    if bottom >= highest {
        return Err(refused("Bottom must be less than top"));
    }
    Ok((lower, top(operator, highest)))
}

fn top(operator: &str, bound: f64) -> Bound<f64> {
    if operator == "<" { Bound::Excluded(bound) } else { Bound::Included(bound) }
}

fn number<'a>(operator: &str, terms: &'a [Json]) -> Result<(f64, &'a [Json]), InvalidPattern> {
    match terms {
        [Json::Number(text), rest @ ..] => Ok((compared(text)?, rest)),
        _ => Err(refused(format!("Value of {operator} must be numeric"))),
    }
}

/// EventBridge's message for anything that follows a finished operand of `numeric` and
/// `anything-but`.
pub(crate) fn too_many_elements() -> InvalidPattern {
    refused("Too many elements in numeric expression")
}
