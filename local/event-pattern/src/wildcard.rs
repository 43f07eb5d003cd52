//! The operator `wildcard`: a text in which `*` stands for any characters.

use serde_json::Value;

use crate::invalid::{InvalidPattern, refused};
use crate::operand::text;

/// Checks a pattern text that may hold the wildcard `*`, escaped as `\*`. Positions in the refusals
/// are EventBridge's: bytes, with the opening quote at 0.
pub(crate) fn check(operand: &Value) -> Result<&str, InvalidPattern> {
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
