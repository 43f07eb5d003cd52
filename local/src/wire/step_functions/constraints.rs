//! Checks of the service's model on requests, with the service's messages.

use std::ops::RangeInclusive;

use event_bus::AwsError;
use serde::de::DeserializeOwned;

pub(super) fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, AwsError> {
    serde_json::from_slice(body).map_err(|error| invalid(error.to_string()))
}

/// Refuses what is not the ARN of such a resource: `stateMachine` or `execution`.
pub(super) fn arn<'a>(text: &'a str, resource: &str) -> Result<&'a str, AwsError> {
    let parts: Vec<_> = text.splitn(7, ':').collect();
    match parts[..] {
        ["arn", _, "states", _, _, found, name] if found == resource && !name.is_empty() => {
            Ok(text)
        }
        _ => Err(AwsError::new(400, "InvalidArn", format!("Invalid Arn: '{text}'"))),
    }
}

/// Refuses a missing value.
pub(super) fn required<'a>(field: &str, value: Option<&'a str>) -> Result<&'a str, AwsError> {
    let missing = || {
        invalid(format!(
            "1 validation error detected: Value null at '{field}' failed to satisfy constraint: \
             Member must not be null"
        ))
    };
    value.ok_or_else(missing)
}

/// Refuses a text whose length in characters is out of bounds.
pub(super) fn chars(
    field: &str,
    value: Option<&str>,
    bounds: RangeInclusive<usize>,
) -> Result<(), AwsError> {
    let Some(text) = value.filter(|text| !bounds.contains(&text.chars().count())) else {
        return Ok(());
    };
    let (least, most) = bounds.into_inner();
    let rule = format!("Member must have length between {least} and {most}");
    Err(violation(field, text, &rule))
}

/// Refuses a text with a character out of bounds.
pub(super) fn characters(
    field: &str,
    value: Option<&str>,
    bounds: RangeInclusive<char>,
) -> Result<(), AwsError> {
    let Some(text) = value.filter(|text| !text.chars().all(|letter| bounds.contains(&letter)))
    else {
        return Ok(());
    };
    let (first, last) = bounds.into_inner();
    let rule = format!("Member must satisfy regular expression pattern: [{first}-{last}]+");
    Err(violation(field, text, &rule))
}

/// Refuses a field that Step Functions accepts but that would have no effect here.
pub(super) fn unsupported(field: &str, is_given: bool) -> Result<(), AwsError> {
    let message = || format!("Parameter {field} is not supported by the local Step Functions.");
    if is_given { Err(invalid(message())) } else { Ok(()) }
}

/// The refusal of a value that breaks a rule of the model.
pub(super) fn violation(field: &str, value: &str, rule: &str) -> AwsError {
    invalid(format!(
        "1 validation error detected: Value '{value}' at '{field}' failed to satisfy constraint: \
         {rule}"
    ))
}

fn invalid(message: String) -> AwsError {
    AwsError::new(400, "ValidationException", message)
}
