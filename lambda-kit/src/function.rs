//! Runs a handler under Lambda's runtime, with JSON in and out and stable error names.

use std::future::Future;
use std::panic::AssertUnwindSafe;

use futures::FutureExt;
use lambda_runtime::{LambdaEvent, service_fn};
use serde_json::Value;

use crate::error::FunctionError;

/// Serves invocations until the process ends.
///
/// Handlers take any JSON and decode it themselves: the runtime's own decoding errors would be
/// named after Rust types, which no state machine can match. A panic answers `InternalError` and
/// leaves the process alive.
///
/// # Errors
/// Where Lambda's Runtime API cannot be reached.
pub async fn run<H, F>(handler: H) -> Result<(), lambda_runtime::Error>
where
    H: Fn(LambdaEvent<Value>) -> F,
    F: Future<Output = Result<Value, FunctionError>>,
{
    lambda_runtime::run(service_fn(|event| answer(handler(event)))).await
}

/// The handler's answer. What a panic says stays in the log, where the panic hook has written it: it
/// may repeat values, and the runtime would answer it to whoever called.
async fn answer(
    handling: impl Future<Output = Result<Value, FunctionError>>,
) -> Result<Value, FunctionError> {
    let answer = AssertUnwindSafe(handling).catch_unwind().await;
    answer.unwrap_or_else(|_| Err(FunctionError::internal(&Panicked)))
}

#[derive(Debug, thiserror::Error)]
#[error("the handler panicked")]
struct Panicked;
