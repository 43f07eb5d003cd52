//! The port through which a task calls its function.

use futures::future::BoxFuture;
use serde_json::Value;

/// One call of a function by a task.
#[derive(Debug, Clone, PartialEq)]
pub struct Invocation {
    /// The value of `FunctionName` after substitution: a function's name or ARN.
    pub function: String,
    /// The event the function receives.
    pub payload: Value,
    /// The trace header that the execution was started with, for the function's context.
    pub trace_header: Option<String>,
}

/// Calls functions. A function may be called again with the same payload: after a retry, a redrive
/// or a restart.
pub trait Invoker: Send + Sync {
    /// The function's answer, or its error.
    ///
    /// The runner lets the future run to its end even when the task has timed out meanwhile; it
    /// drops the late answer. So the future must end by itself, by the function's own timeout.
    fn invoke(&self, invocation: Invocation) -> BoxFuture<'static, Result<Value, FunctionError>>;
}

/// A function's error as Lambda reports it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{error_type}: {error_message}")]
pub struct FunctionError {
    /// The name that `ErrorEquals` is compared with, such as `HotelUnavailable` or
    /// `Lambda.TooManyRequestsException`.
    pub error_type: String,
    /// The explanation for people.
    pub error_message: String,
}

impl FunctionError {
    /// An error of this type.
    pub fn new(error_type: impl Into<String>, error_message: impl Into<String>) -> Self {
        Self { error_type: error_type.into(), error_message: error_message.into() }
    }
}
