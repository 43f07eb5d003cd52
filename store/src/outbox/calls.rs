//! The port to DynamoDB for calls whose bodies are written here: marks are so many and so small
//! that what the SDK's client does around them would cost more than all else about an event.

use std::error::Error;
use std::fmt;

use futures::future::BoxFuture;

/// Makes calls in DynamoDB's JSON protocol.
pub trait Calls: fmt::Debug + Send + Sync {
    /// Calls an operation, such as `DynamoDB_20120810.PutItem`, once. Returns the body of a good
    /// answer.
    fn call(
        &self,
        target: &'static str,
        body: Vec<u8>,
    ) -> BoxFuture<'_, Result<Vec<u8>, CallFailed>>;
}

/// A call without a good answer.
#[derive(Debug, thiserror::Error)]
pub enum CallFailed {
    /// DynamoDB answered with an error.
    #[error("{code}: {message}")]
    Answered {
        /// The HTTP status.
        status: u16,
        /// The error's name.
        code: String,
        /// What it says.
        message: String,
    },
    /// There was no answer: the call may have taken effect.
    #[error("DynamoDB did not answer")]
    Unanswered(#[source] Box<dyn Error + Send + Sync>),
}
