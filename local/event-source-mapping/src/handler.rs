//! The function that a mapping invokes.

use futures::future::BoxFuture;
use serde_json::Value;

/// A Lambda function, as a mapping sees it.
pub trait Handler: Send + Sync {
    /// Hands the function one batch: `{"Records": [...]}` in the form in which Lambda sends it.
    ///
    /// The answer is read as Lambda reads it with `ReportBatchItemFailures` turned on. Null, `{}` and an
    /// absent, null or empty `batchItemFailures` say that the batch was processed. The lowest sequence
    /// number reported there, as `{"itemIdentifier": "..."}`, is where the batch is taken up again. An
    /// identifier that is empty, missing or not of this batch fails the whole batch, and so does an answer
    /// of any other form.
    ///
    /// # Errors
    /// When the function failed: the whole batch is handed over again. A panic and a time-out count as one.
    fn invoke(&self, event: Value) -> BoxFuture<'static, Result<Value, InvokeError>>;
}

/// A function's error, as Lambda reports it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{error_type}: {message}")]
pub struct InvokeError {
    /// Lambda's `errorType`.
    pub error_type: String,
    /// Lambda's `errorMessage`.
    pub message: String,
}

impl InvokeError {
    /// An error of the type and with the message given.
    pub fn new(error_type: impl Into<String>, message: impl Into<String>) -> Self {
        Self { error_type: error_type.into(), message: message.into() }
    }
}
