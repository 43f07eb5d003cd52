//! The functions that a request names, and Lambda's refusals.

use event_bus::AwsError;

use crate::function::Function;

/// The function of that name or ARN. A version or an alias means the same function: there is one
/// version of each.
pub(super) fn function(name: &str) -> Result<Function, AwsError> {
    let unqualified = name.split_once(":function:").map_or(name, |(_, name)| name);
    let unqualified = unqualified.split(':').next().unwrap_or(unqualified);
    Function::named(unqualified).ok_or_else(|| not_found(format!("Function not found: {name}")))
}

pub(super) fn invalid(message: impl Into<String>) -> AwsError {
    AwsError::new(400, "InvalidParameterValueException", message.into())
}

pub(super) fn not_found(message: impl Into<String>) -> AwsError {
    AwsError::new(404, "ResourceNotFoundException", message.into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::account::function_arn;

    #[test]
    fn a_function_is_named_with_or_without_its_alias() {
        let arn = function_arn("projector");
        for name in ["projector", "projector:live", &arn, &format!("{arn}:live")] {
            assert_eq!(function(name), Ok(Function::Projector), "{name}");
        }
        assert_eq!(function("teleporter").unwrap_err().code, "ResourceNotFoundException");
    }
}
