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

/// Checks a pattern text that may contain the wildcard `*`, escaped as `\*`. Positions in the
/// refusals are EventBridge's: bytes, with the opening quote at 0.
pub(crate) fn wildcard(operand: &Value) -> Result<&str, InvalidPattern> {
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

/// An operand that must be a text.
pub(crate) fn text<'a>(form: &str, operand: &'a Value) -> Result<&'a str, InvalidPattern> {
    let refusal = || refused(format!("{form} match pattern must be a string"));
    operand.as_str().ok_or_else(refusal)
}
