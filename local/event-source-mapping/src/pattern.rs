//! The check of a filter pattern before it reaches the matcher: Lambda refuses some patterns that the
//! matcher takes, and the matcher cannot express some that Lambda takes. Either would be silently wrong.

use serde_json::{Map, Value};

/// Where a pattern is wrong, and what is wrong there.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Fault {
    pub(crate) path: String,
    pub(crate) problem: String,
}

type Checked = Result<(), Fault>;

/// Refuses what Lambda refuses and what cannot be matched here. Operands are left to the matcher where it
/// is as strict as Lambda.
pub(crate) fn check(pattern: &Value) -> Checked {
    match pattern {
        Value::Object(fields) => check_fields("$", fields),
        _ => fault("$", "a pattern is an object"),
    }
}

fn fault(path: &str, problem: impl Into<String>) -> Checked {
    Err(Fault { path: path.to_owned(), problem: problem.into() })
}

fn check_fields(path: &str, fields: &Map<String, Value>) -> Checked {
    if fields.is_empty() {
        return fault(path, "an object without fields matches nothing");
    }
    fields.iter().try_for_each(|(name, value)| check_field(&format!("{path}.{name}"), name, value))
}

fn check_field(path: &str, name: &str, value: &Value) -> Checked {
    if name == "$or" {
        return fault(path, "`$or` is not supported here: write a filter for each alternative");
    }
    if name.contains('.') {
        return fault(path, "a name with a dot in it is not supported here");
    }
    match value {
        Value::Object(fields) => check_fields(path, fields),
        Value::Array(alternatives) => check_alternatives(path, alternatives),
        _ => fault(path, "the values to match stand in an array"),
    }
}

fn check_alternatives(path: &str, alternatives: &[Value]) -> Checked {
    if alternatives.is_empty() {
        return fault(path, "an array without values matches nothing");
    }
    let numbered = alternatives.iter().enumerate();
    numbered.into_iter().try_for_each(|(i, one)| check_alternative(&format!("{path}[{i}]"), one))
}

fn check_alternative(path: &str, alternative: &Value) -> Checked {
    match alternative {
        Value::Array(_) => fault(path, "a value to match is no array"),
        Value::Object(operator) if operator.len() == 1 => {
            operator.iter().try_for_each(|(name, operand)| check_operator(path, name, operand))
        }
        Value::Object(_) => fault(path, "an object to match has one operator"),
        _ => Ok(()),
    }
}

/// The operators of Lambda's filters. EventBridge has more.
fn check_operator(path: &str, name: &str, operand: &Value) -> Checked {
    match name {
        "exists" => Ok(()),
        "numeric" => check_range(path, operand),
        "prefix" | "suffix" | "equals-ignore-case" if operand.is_string() => Ok(()),
        "anything-but" if operand.is_object() => {
            fault(path, "`anything-but` with an operator is not supported here")
        }
        "anything-but" => Ok(()),
        "prefix" | "suffix" | "equals-ignore-case" => fault(path, format!("`{name}` takes a text")),
        _ => fault(path, format!("Lambda's filters have no operator `{name}`")),
    }
}

/// `["=", 5]`, `[">", 5]`, or a lower and a higher bound as in `[">", 0, "<=", 5]`.
fn check_range(path: &str, range: &Value) -> Checked {
    let range = range.as_array().map_or(&[][..], Vec::as_slice);
    let bound = |at: usize| Some((range.get(at)?.as_str()?, range.get(at + 1)?.as_f64()?));
    match (range.len(), bound(0), bound(2)) {
        (2, Some(("=" | "<" | "<=" | ">" | ">=", _)), None) => Ok(()),
        (4, Some((">" | ">=", low)), Some(("<" | "<=", high))) if low < high => Ok(()),
        _ => fault(path, "`numeric` takes a comparison, or a lower and then a higher bound"),
    }
}
