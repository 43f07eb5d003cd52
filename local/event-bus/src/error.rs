//! Errors in AWS's form.

use std::borrow::Cow;
use std::error::Error;

use event_pattern::{InvalidPattern, Undecided};

use crate::database::StorageError;

/// An error answer: the whole call failed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{code}: {message}")]
pub struct AwsError {
    /// The HTTP status: 400 when the request is at fault, 500 and above when the service is.
    pub status: u16,
    /// The error's name, such as `ValidationException`.
    pub code: Cow<'static, str>,
    /// A message for people.
    pub message: String,
}

impl AwsError {
    /// An error with this HTTP status, code and message.
    pub fn new(
        status: u16,
        code: impl Into<Cow<'static, str>>,
        message: impl Into<String>,
    ) -> Self {
        Self { status, code: code.into(), message: message.into() }
    }

    pub(crate) fn validation(message: impl Into<String>) -> Self {
        Self::new(400, "ValidationException", message)
    }

    pub(crate) fn no_such_bus(name: &str) -> Self {
        Self::not_found(format!("Event bus {name} does not exist."))
    }

    pub(crate) fn no_such_rule(name: &str, bus: &str) -> Self {
        Self::not_found(format!("Rule {name} does not exist on EventBus {bus}."))
    }

    pub(crate) fn already_exists(kind: &str, name: &str) -> Self {
        let message = format!("{kind} {name} already exists.");
        Self::new(400, "ResourceAlreadyExistsException", message)
    }

    pub(crate) fn too_many() -> Self {
        let message = "The requested resource exceeds the maximum number allowed.";
        Self::new(400, "LimitExceededException", message)
    }

    pub(crate) fn not_found(message: String) -> Self {
        Self::new(400, "ResourceNotFoundException", message)
    }

    pub(crate) fn serialization(error: &serde_json::Error) -> Self {
        Self::new(400, "SerializationException", error.to_string())
    }

    pub(crate) fn unknown_operation(operation: &str) -> Self {
        let message = format!("The local event bus has no operation {operation:?}.");
        Self::new(400, "UnknownOperationException", message)
    }

    /// The service failed. The cause goes to the log, not to the client.
    pub(crate) fn internal(cause: &(dyn Error + 'static)) -> Self {
        tracing::error!(error = cause, "the event bus failed");
        Self::new(500, "InternalException", "The event bus failed; its log says why.")
    }
}

impl From<StorageError> for AwsError {
    fn from(error: StorageError) -> Self {
        Self::internal(&error)
    }
}

impl From<InvalidPattern> for AwsError {
    fn from(error: InvalidPattern) -> Self {
        Self::new(400, "InvalidEventPatternException", error.to_string())
    }
}

impl From<Undecided> for AwsError {
    fn from(error: Undecided) -> Self {
        Self::new(400, "InvalidEventPatternException", error.to_string())
    }
}
