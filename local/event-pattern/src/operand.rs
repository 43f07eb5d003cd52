//! The operands of a pattern's operators.

use crate::invalid::{InvalidPattern, refused};
use crate::json::Json;

/// The first key and value of an operator's object. Whether it is the only one is asked after its
/// value, as EventBridge does.
pub(crate) fn first<'a>(
    expression: &'a [(String, Json)],
    when_empty: &str,
) -> Result<(&'a str, &'a Json), InvalidPattern> {
    let first = expression.first().ok_or_else(|| refused(when_empty))?;
    Ok((&first.0, &first.1))
}

pub(crate) fn one_key() -> InvalidPattern {
    refused("Only one key allowed in match expression")
}

/// An operand that must be a text.
pub(crate) fn text<'a>(form: &str, operand: &'a Json) -> Result<&'a str, InvalidPattern> {
    operand.as_text().ok_or_else(|| refused(format!("{form} match pattern must be a string")))
}

/// A text as values of events are compared.
pub(crate) fn quoted(text: &str) -> String {
    format!("\"{text}\"")
}
