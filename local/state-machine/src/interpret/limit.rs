//! The largest document that may pass between states.

use serde_json::Value;

use super::{Failure, names};

/// Step Functions' payload quota, in bytes of UTF-8.
const MAX_BYTES: usize = 262_144;

/// Deeper documents could not be read back from the journal, whose JSON reader stops at 128 levels.
const MAX_DEPTH: usize = 100;

/// Refuses a document over the quota with `States.DataLimitExceeded`; `what` names it in the cause.
pub(crate) fn check(value: &Value, what: &str) -> Result<(), Failure> {
    match too_large(value, value.to_string().len()) {
        Some(why) => Err(Failure::new(names::DATA_LIMIT_EXCEEDED, &format!("The {what} {why}."))),
        None => Ok(()),
    }
}

/// Why a document of this many bytes is over the quota, if it is.
pub(crate) fn too_large(value: &Value, bytes: usize) -> Option<String> {
    if bytes > MAX_BYTES {
        return Some(format!("has {bytes} bytes, more than {MAX_BYTES}"));
    }
    (!within(value, MAX_DEPTH)).then(|| format!("is nested deeper than {MAX_DEPTH} levels"))
}

fn within(value: &Value, levels: usize) -> bool {
    match (value, levels) {
        (Value::Array(_) | Value::Object(_), 0) => false,
        (Value::Array(items), _) => items.iter().all(|item| within(item, levels - 1)),
        (Value::Object(fields), _) => fields.values().all(|field| within(field, levels - 1)),
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{MAX_BYTES, MAX_DEPTH, check};

    #[test]
    fn the_quota_counts_bytes_and_levels() {
        let text = |bytes: usize| Value::String("x".repeat(bytes - 2));
        let nested = |levels| (0..levels).fold(json!(1), |inner, _| json!([inner]));
        assert!(check(&text(MAX_BYTES), "input").is_ok());
        assert!(check(&text(MAX_BYTES + 1), "input").is_err());
        assert!(check(&nested(MAX_DEPTH), "input").is_ok());
        assert!(check(&nested(MAX_DEPTH + 1), "input").is_err());
    }
}
