//! Checks of a service's model on requests, with the messages of AWS's services.

use std::ops::RangeInclusive;

use crate::error::AwsError;

/// Refuses a missing value.
///
/// # Errors
/// `ValidationException`.
pub fn required<T>(field: &str, value: Option<T>) -> Result<T, AwsError> {
    let rule = "Member must not be null";
    value.ok_or_else(|| AwsError::validation(detected(&format!("Value null at '{field}'"), rule)))
}

/// Refuses a text whose length in characters is out of bounds.
///
/// # Errors
/// `ValidationException`.
pub fn length(field: &str, value: &str, bounds: RangeInclusive<usize>) -> Result<(), AwsError> {
    let (least, most) = (bounds.start(), bounds.end());
    match value.chars().count() {
        count if count < *least => Err(violation(field, value, &at_least(*least))),
        count if count > *most => Err(violation(field, value, &at_most(*most))),
        _ => Ok(()),
    }
}

/// Refuses a text with a character other than ASCII letters, digits and `extra`.
pub(super) fn characters(field: &str, value: &str, extra: &str) -> Result<(), AwsError> {
    let allowed = |c: char| c.is_ascii_alphanumeric() || extra.contains(c);
    let escaped = extra.replace('.', r"\.").replace('-', r"\-");
    pattern(field, value, allowed, &format!("[{escaped}A-Za-z0-9]+"))
}

/// Refuses a text with a character that is not allowed; `pattern` says which are.
///
/// # Errors
/// `ValidationException`.
pub fn pattern(
    field: &str,
    value: &str,
    is_allowed: impl Fn(char) -> bool,
    pattern: &str,
) -> Result<(), AwsError> {
    if value.chars().all(is_allowed) {
        return Ok(());
    }
    let rule = format!("Member must satisfy regular expression pattern: {pattern}");
    Err(violation(field, value, &rule))
}

/// Refuses a text that cannot be the name or the ARN of an event bus.
pub(super) fn bus_name_or_arn(field: &str, value: Option<&str>) -> Result<(), AwsError> {
    let Some(value) = value else { return Ok(()) };
    length(field, value, 1..=1600)?;
    match value.split_once(":event-bus/") {
        Some((start, name)) if start.starts_with("arn:aws") => characters(field, name, "/.-_"),
        _ => characters(field, value, "/.-_"),
    }
}

/// The most results in one answer of an operation that lists.
const PAGE: usize = 100;

/// How many results an answer may have.
pub(super) fn page_size(limit: Option<usize>) -> Result<usize, AwsError> {
    match limit.unwrap_or(PAGE) {
        limit @ 1..=PAGE => Ok(limit),
        limit => {
            let rule = format!("Member must have value between 1 and {PAGE}");
            Err(violation("limit", &limit.to_string(), &rule))
        }
    }
}

/// Refuses a token that no answer can have had.
pub(super) fn next_token(token: Option<&str>) -> Result<(), AwsError> {
    token.map_or(Ok(()), |token| length("nextToken", token, 1..=2048))
}

/// Refuses a number that is out of bounds.
pub(super) fn between(
    field: &str,
    value: i64,
    bounds: RangeInclusive<i64>,
) -> Result<(), AwsError> {
    let (least, most) = (bounds.start(), bounds.end());
    let bound = match value {
        _ if value < *least => format!("greater than or equal to {least}"),
        _ if value > *most => format!("less than or equal to {most}"),
        _ => return Ok(()),
    };
    let rule = format!("Member must have value {bound}");
    Err(violation(field, &value.to_string(), &rule))
}

/// Refuses a text that cannot be the ARN of an archive or of a bus.
pub(super) fn arn(field: &str, value: &str) -> Result<(), AwsError> {
    length(field, value, 1..=1600)?;
    let parts: Vec<_> = value.splitn(6, ':').collect();
    let fits = match parts[..] {
        ["arn", partition, "events", _, _, resource] => {
            partition.starts_with("aws") && resource.contains('/')
        }
        _ => false,
    };
    if fits {
        return Ok(());
    }
    let rule = r"^arn:aws([a-z]|\-)*:events:([a-z]|\d|\-)*:([0-9]{12})?:.+\/.+$";
    let rule = format!("Member must satisfy regular expression pattern: {rule}");
    Err(violation(field, value, &rule))
}

/// Refuses a text that is none of those that the model lists.
pub(super) fn enumerated(field: &str, value: Option<&str>, all: &[&str]) -> Result<(), AwsError> {
    match value {
        Some(value) if !all.contains(&value) => {
            let rule = format!("Member must satisfy enum value set: [{}]", all.join(", "));
            Err(violation(field, value, &rule))
        }
        _ => Ok(()),
    }
}

/// Refuses a field that the service accepts but that would have no effect here.
///
/// # Errors
/// `ValidationException`.
pub fn unsupported(fields: &[(&str, bool)]) -> Result<(), AwsError> {
    match fields.iter().find(|(_, is_given)| *is_given) {
        None => Ok(()),
        Some((field, _)) => {
            Err(AwsError::validation(format!("Parameter {field} is not supported locally.")))
        }
    }
}

/// The refusal of a value that breaks a rule of the model.
#[must_use]
pub fn violation(field: &str, value: &str, rule: &str) -> AwsError {
    AwsError::validation(detected(&format!("Value '{value}' at '{field}'"), rule))
}

pub(super) fn at_least(least: usize) -> String {
    format!("Member must have length greater than or equal to {least}")
}

pub(super) fn at_most(most: usize) -> String {
    format!("Member must have length less than or equal to {most}")
}

fn detected(what: &str, rule: &str) -> String {
    format!("1 validation error detected: {what} failed to satisfy constraint: {rule}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pattern_that_is_told_allows_what_is_allowed_and_no_more() {
        assert_eq!(characters("name", "a.b-c_D9", ".-_"), Ok(()));
        let refused = characters("name", "a/b", ".-_").unwrap_err().message;
        assert!(refused.ends_with(r"pattern: [\.\-_A-Za-z0-9]+"), "{refused}");
    }
}
