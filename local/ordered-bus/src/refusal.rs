//! The errors of a whole call, by AWS's names.

use serde::Serialize;

/// The error of a whole call.
#[derive(Debug, Serialize)]
pub(crate) struct Refusal {
    #[serde(skip)]
    pub(crate) status: u16,
    #[serde(rename = "__type")]
    kind: String,
    #[serde(rename = "Message")]
    message: String,
}

impl Refusal {
    /// The error with this name.
    pub(crate) fn new(code: &str, status: u16, message: String) -> Self {
        Self { status, kind: format!("com.amazonaws.eventbridgev2#{code}"), message }
    }

    pub(crate) fn invalid(message: impl Into<String>) -> Self {
        Self::new("InvalidInputException", 400, message.into())
    }

    pub(crate) fn no_bus() -> Self {
        Self::not_found("there is no such event bus")
    }

    pub(crate) fn no_subscriber() -> Self {
        Self::not_found("there is no such subscriber")
    }

    fn not_found(message: &str) -> Self {
        Self::new("ResourceNotFoundException", 404, message.to_owned())
    }

    /// What has this name is there already.
    pub(crate) fn exists(name: &str) -> Self {
        Self::new("ResourceAlreadyExistsException", 409, format!("{name} already exists"))
    }

    /// A token was used before, for something else.
    pub(crate) fn mismatch() -> Self {
        let message = "the ClientToken was used with other parameters";
        Self::new("IdempotentParameterMismatchException", 409, message.to_owned())
    }

    pub(crate) fn in_use() -> Self {
        let message = "the event bus has subscribers: delete them first";
        Self::new("ResourceInUseException", 409, message.to_owned())
    }

    pub(crate) fn limit(message: &str) -> Self {
        Self::new("LimitExceededException", 400, message.to_owned())
    }

    pub(crate) fn unknown_operation(operation: &str) -> Self {
        let message = format!("the operation {operation} is not served here");
        Self::new("UnknownOperationException", 404, message)
    }
}
