//! One invocation: how each of its possible results is read.

use std::panic::AssertUnwindSafe;
use std::time::Duration;

use futures::FutureExt;
use serde_json::Value;
use serde_json::value::RawValue;
use stream_replay::first_failure;
use uuid::Uuid;

use crate::batch::{Entry, event};
use crate::handler::{Handler, InvokeError};

/// An invocation that left records to hand over again.
#[derive(Debug)]
pub(crate) struct Failure {
    /// The place in the batch of the first of them.
    pub(crate) from: usize,
    /// The error, unless the function reported the records itself.
    pub(crate) error: Option<InvokeError>,
}

/// Hands `batch` to the function once.
pub(crate) async fn invoke(
    handler: &dyn Handler,
    limit: Duration,
    request_id: Uuid,
    batch: &[Entry],
) -> Result<(), Failure> {
    let answer = call(handler, limit, request_id, event(batch)).await;
    let answer = answer.map_err(|error| Failure { from: 0, error: Some(error) })?;
    let numbers: Vec<_> = batch.iter().map(|entry| entry.record.sequence_number.as_str()).collect();
    match first_failure(&answer, &numbers) {
        None => Ok(()),
        Some(from) => Err(Failure { from, error: None }),
    }
}

/// A function that takes too long is dropped at once, as Lambda drops its sandbox.
async fn call(
    handler: &dyn Handler,
    limit: Duration,
    request_id: Uuid,
    event: Box<RawValue>,
) -> Result<Value, InvokeError> {
    let invocation = AssertUnwindSafe(handler.invoke(request_id, event)).catch_unwind();
    match tokio::time::timeout(limit, invocation).await {
        Ok(Ok(answer)) => answer,
        Ok(Err(_)) => Err(InvokeError::new("Runtime.ExitError", "the function panicked")),
        Err(_) => {
            Err(InvokeError::new("Sandbox.Timedout", format!("Task timed out after {limit:?}")))
        }
    }
}

#[cfg(test)]
mod tests {
    use async_trait::async_trait;
    use futures::future::BoxFuture;
    use stream_replay::ReadRecord;

    use super::*;

    struct Function(fn() -> BoxFuture<'static, Result<Value, InvokeError>>);

    #[async_trait]
    impl Handler for Function {
        async fn invoke(&self, _: Uuid, _: Box<RawValue>) -> Result<Value, InvokeError> {
            (self.0)().await
        }
    }

    #[tokio::test(start_paused = true)]
    async fn an_error_a_panic_and_a_time_out_fail_the_whole_batch() {
        let record = ReadRecord {
            read_at: tokio::time::Instant::now(),
            sequence_number: "1".into(),
            created_at: None,
            json: RawValue::NULL.to_owned().into(),
        };
        let entry = Entry { place: 0, record, bytes: 2 };
        let (limit, batch) = (Duration::from_secs(3), std::slice::from_ref(&entry));
        for (function, expected) in [
            (
                Function(|| async { Err(InvokeError::new("Throttled", "later")) }.boxed()),
                "Throttled",
            ),
            (Function(|| async { panic!("at once") }.boxed()), "Runtime.ExitError"),
            (Function(|| panic!("before the first await")), "Runtime.ExitError"),
            (Function(|| futures::future::pending().boxed()), "Sandbox.Timedout"),
        ] {
            let failure = invoke(&function, limit, Uuid::nil(), batch).await.unwrap_err();
            assert_eq!((failure.from, failure.error.unwrap().error_type.as_str()), (0, expected));
        }
    }
}
