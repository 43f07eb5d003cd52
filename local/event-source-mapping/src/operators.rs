//! The operators of a filter: Lambda allows a subset of EventBridge's.

use serde_json::Value;

/// What EventBridge's patterns have and Lambda's filters do not.
///
/// Source: the table under "Filter rule syntax" in the Lambda developer guide,
/// <https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html>.
const EVENT_BRIDGE_ONLY: [&str; 3] = ["wildcard", "cidr", "exactly"];

/// The key whose array holds patterns, not values.
const OR: &str = "$or";

/// An operator that Lambda does not have, and its place.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Foreign {
    pub(crate) path: String,
    pub(crate) operator: String,
}

/// Finds an operator that only EventBridge has. The check of the pattern finds unknown ones.
pub(crate) fn foreign(pattern: &Value) -> Option<Foreign> {
    in_pattern("$", pattern)
}

fn in_pattern(path: &str, pattern: &Value) -> Option<Foreign> {
    let mut fields = pattern.as_object()?.iter();
    fields.find_map(|(name, value)| in_field(&format!("{path}.{name}"), name, value))
}

fn in_field(path: &str, name: &str, value: &Value) -> Option<Foreign> {
    let Value::Array(items) = value else { return in_pattern(path, value) };
    let mut items = items.iter().enumerate().map(|(at, item)| (format!("{path}[{at}]"), item));
    match name {
        OR => items.find_map(|(path, branch)| in_pattern(&path, branch)),
        _ => items.find_map(|(path, expression)| in_expression(path, expression)),
    }
}

fn in_expression(path: String, expression: &Value) -> Option<Foreign> {
    let operators = expression.as_object()?.keys();
    let operator = operators.into_iter().find(|name| EVENT_BRIDGE_ONLY.contains(&name.as_str()))?;
    Some(Foreign { path, operator: operator.clone() })
}
