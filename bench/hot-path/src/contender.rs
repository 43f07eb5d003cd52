//! What is measured.

use async_trait::async_trait;
use lambda_runtime::{Context, LambdaEvent};
use serde_json::value::RawValue;

/// Something that processes batches of records.
#[async_trait]
pub trait Contender: Send + Sync {
    /// Processes one batch.
    ///
    /// # Errors
    /// When anything of it fails.
    async fn process(&self, batch: Box<RawValue>) -> anyhow::Result<()>;
}

/// An invocation with that payload. Its deadline is far.
pub(crate) fn invocation<T>(payload: T) -> LambdaEvent<T> {
    LambdaEvent::new(payload, Context::default())
}
