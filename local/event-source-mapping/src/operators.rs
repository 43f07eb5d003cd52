//! What a filter may hold: Lambda allows a subset of EventBridge's patterns.

use serde_json::Value;

/// What EventBridge's patterns have and Lambda's filters do not.
///
/// Source: the table under "Filter rule syntax" in the Lambda developer guide,
/// <https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html>.
const EVENT_BRIDGE_ONLY: [&str; 3] = ["wildcard", "cidr", "exactly"];

/// Operators that EventBridge, but not Lambda, allows inside another one.
const NESTED: [&str; 4] = ["prefix", "suffix", "wildcard", "equals-ignore-case"];

/// The key whose array holds patterns, not values.
const OR: &str = "$or";

/// An operator that Lambda does not have, and its place.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Foreign {
    pub(crate) path: String,
    pub(crate) operator: String,
}

/// Finds a name that would be a path, which Lambda does not document: one with a dot, or an empty
/// one.
pub(crate) fn odd_name(pattern: &Value) -> Option<&str> {
    let mut fields = pattern.as_object()?.iter();
    fields.find_map(|(name, value)| match value {
        _ if name.is_empty() || name.contains('.') => Some(name.as_str()),
        Value::Array(branches) if name == OR => branches.iter().find_map(odd_name),
        value => odd_name(value),
    })
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
    let mut operators = expression.as_object()?.iter();
    let operator = operators.find_map(|(name, operand)| match operand {
        _ if EVENT_BRIDGE_ONLY.contains(&name.as_str()) => Some(name.clone()),
        Value::Object(nested) => {
            let inner = nested.keys().find(|inner| NESTED.contains(&inner.as_str()))?;
            Some(format!("{name} with {inner}"))
        }
        _ => None,
    })?;
    Some(Foreign { path, operator })
}
