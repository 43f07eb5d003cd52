//! Checks of the service's model that EventBridge's does not have.

use std::ops::RangeInclusive;

use event_bus::AwsError;
use event_bus::constraints::{length, pattern};
use serde::de::DeserializeOwned;

pub(super) fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, AwsError> {
    serde_json::from_slice(body)
        .map_err(|error| AwsError::new(400, "ValidationException", error.to_string()))
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

/// Refuses a text, if there is one, whose length in characters is out of bounds.
pub(super) fn chars(
    field: &str,
    value: Option<&str>,
    bounds: RangeInclusive<usize>,
) -> Result<(), AwsError> {
    value.map_or(Ok(()), |text| length(field, text, bounds))
}

/// Refuses a text, if there is one, that is no client token.
pub(super) fn token(value: Option<&str>) -> Result<(), AwsError> {
    let Some(token) = value else { return Ok(()) };
    length("clientToken", token, 1..=64)?;
    pattern("clientToken", token, |letter| letter.is_ascii_graphic(), "[!-~]+")
}
