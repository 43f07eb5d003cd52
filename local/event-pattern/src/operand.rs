//! The operands of a pattern's operators.

use serde_json::{Map, Value};

use crate::invalid::{InvalidPattern, refused};

/// The one key and value of an operator's object.
pub(crate) fn single<'a>(
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

/// An operand that must be a text.
pub(crate) fn text<'a>(form: &str, operand: &'a Value) -> Result<&'a str, InvalidPattern> {
    let refusal = || refused(format!("{form} match pattern must be a string"));
    operand.as_str().ok_or_else(refusal)
}
