//! The names of rules and buses in requests.

use super::constraints::{characters, length, required};
use crate::bus::EventBus;
use crate::error::AwsError;

/// The field that names a rule's bus.
pub(super) const BUS: &str = "eventBusName";

/// The name of a rule, which a request must have.
pub(super) fn rule_name<'a>(field: &str, name: Option<&'a str>) -> Result<&'a str, AwsError> {
    let name = required(field, name)?;
    rule_name_chars(field, name)?;
    Ok(name)
}

/// The model's constraints on the name of a rule, or on its beginning.
pub(super) fn rule_name_chars(field: &str, name: &str) -> Result<(), AwsError> {
    length(field, name, 1..=64)?;
    characters(field, name, ".-_")
}

/// The bus of an ARN, which must be there.
pub(super) fn bus_of_arn<'a>(bus: &'a EventBus, arn: &str) -> Result<&'a str, AwsError> {
    let name = arn.split_once(":event-bus/").map_or(arn, |(_, name)| name);
    let known = arn.starts_with("arn:").then(|| bus.config().bus(Some(arn))).flatten();
    known.ok_or_else(|| AwsError::no_such_bus(name))
}
