//! Runs a handler in Lambda's runtime, with JSON in and out and stable error names.

use std::future::Future;
use std::panic::AssertUnwindSafe;

use domain::ErrorCode;
use futures::FutureExt;
use lambda_runtime::{LambdaEvent, service_fn};
use serde_json::Value;
use serde_json::value::RawValue;

use crate::error::FunctionError;
use crate::spans::{self, Spans, Trigger};

/// Serves invocations until the process ends, each within its own span.
///
/// The caller never sees the runtime's own decoding errors or its errors for panics: they are named
/// after Rust types, which no state machine can match. Handlers take any JSON and decode it
/// themselves. A payload that is nested too deeply returns `InvalidRequest`; a panic returns
/// `InternalError` and leaves the process alive.
///
/// # Errors
/// If Lambda's Runtime API cannot be reached.
pub async fn run<H, F>(
    spans: &Spans,
    trigger: Trigger,
    handler: H,
) -> Result<(), lambda_runtime::Error>
where
    H: Fn(LambdaEvent<Value>) -> F,
    F: Future<Output = Result<Value, FunctionError>>,
{
    let serve = async |event| {
        let event = decode(event)?;
        spans.around(trigger, event, |event| reported(trigger, unpanicked(handler(event)))).await
    };
    lambda_runtime::run(service_fn(serve)).await
}

fn decode(event: LambdaEvent<Box<RawValue>>) -> Result<LambdaEvent<Value>, FunctionError> {
    let payload = serde_json::from_str(event.payload.get()).map_err(|error| {
        FunctionError::new(ErrorCode::InvalidRequest, format!("the payload is unreadable: {error}"))
    })?;
    Ok(LambdaEvent::new(payload, event.context))
}

/// The answer, of which the log tells if it is a fault.
async fn reported(
    trigger: Trigger,
    answer: impl Future<Output = Result<Value, FunctionError>>,
) -> Result<Value, FunctionError> {
    let answer = answer.await;
    spans::report(trigger, &answer);
    answer
}

/// The answer, or an error in place of a panic. The message of the panic stays in the log, where
/// the panic hook has written it: it may repeat values that no caller may see.
async fn unpanicked(
    answer: impl Future<Output = Result<Value, FunctionError>>,
) -> Result<Value, FunctionError> {
    let caught = AssertUnwindSafe(answer).catch_unwind().await;
    caught.unwrap_or_else(|_| Err(FunctionError::internal(&Panicked)))
}

#[derive(Debug, thiserror::Error)]
#[error("the handler panicked")]
struct Panicked;
