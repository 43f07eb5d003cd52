//! The function that a mapping invokes.

use async_trait::async_trait;
use serde_json::Value;
use serde_json::value::RawValue;
use uuid::Uuid;

/// The error that Lambda reports when it could not run the function.
const NOT_RUN: [&str; 2] = ["TooManyRequestsException", "ServiceException"];

/// A Lambda function, as a mapping sees it.
#[async_trait]
pub trait Handler: Send + Sync {
    /// Hands the function one batch: `{"Records": [...]}` in Lambda's form. Each request has its
    /// own id, which is also in the record of a batch that is discarded after it.
    ///
    /// The answer is read as by Lambda with `ReportBatchItemFailures` turned on; see
    /// [`stream_replay::first_failure`].
    ///
    /// # Errors
    /// When the function failed: the whole batch is handed over again. A panic and a timeout count
    /// as failures. An error that says that the function was not run does not count as a retry; see
    /// [`InvokeError::has_run`].
    async fn invoke(&self, request_id: Uuid, event: Box<RawValue>) -> Result<Value, InvokeError>;
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
    /// An error with this type and message.
    pub fn new(error_type: impl Into<String>, message: impl Into<String>) -> Self {
        Self { error_type: error_type.into(), message: message.into() }
    }

    /// Whether the function was run. If it was throttled, or Lambda itself failed, the batch is
    /// retried until its records are too old, regardless of the limit of retries.
    ///
    /// Source: "Retain discarded records for a DynamoDB event source" in the Lambda developer
    /// guide.
    #[must_use]
    pub fn has_run(&self) -> bool {
        let error = self.error_type.strip_prefix("Lambda.").unwrap_or(&self.error_type);
        !NOT_RUN.contains(&error)
    }
}
