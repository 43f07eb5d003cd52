//! Runs a handler in Lambda's runtime, with JSON in and out and stable error names.

use std::future::Future;
use std::panic::AssertUnwindSafe;

use domain::ErrorCode;
use futures::FutureExt;
use lambda_runtime::{LambdaEvent, service_fn};
use serde_json::Value;
use serde_json::value::RawValue;

use crate::error::FunctionError;
use crate::spans::{Spans, Trigger};

/// Serves invocations until the process ends, each within its own span.
///
/// The caller never sees the runtime's own decoding errors or its errors for panics: they are named
/// after Rust types, which no state machine can match. Handlers take any JSON and decode it
/// themselves. A payload that is nested too deeply returns `InvalidRequest`; a panic returns
/// `InternalError` and leaves the process alive.
///
/// # Errors
/// If Lambda's Runtime API cannot be reached.
pub async fn run<P, H, F>(
    spans: &Spans,
    trigger: Trigger,
    handler: H,
) -> Result<(), lambda_runtime::Error>
where
    P: Payload,
    H: Fn(LambdaEvent<P>) -> F,
    F: Future<Output = Result<Value, FunctionError>>,
{
    let serve = async |LambdaEvent { payload, context }: LambdaEvent<Box<RawValue>>| {
        let event = LambdaEvent::new(P::read(payload)?, context);
        spans.around(trigger, event, |event| unpanicked(handler(event))).await
    };
    lambda_runtime::run(service_fn(serve)).await
}

/// The form in which a handler takes its payload.
pub trait Payload: Sized {
    /// The payload, from what Lambda sent.
    ///
    /// # Errors
    /// `InvalidRequest` for a payload that cannot be read.
    fn read(json: Box<RawValue>) -> Result<Self, FunctionError>;

    /// What a span may look into.
    fn value(&self) -> &Value;
}

impl Payload for Value {
    fn read(json: Box<RawValue>) -> Result<Self, FunctionError> {
        parse(&json)
    }

    fn value(&self) -> &Value {
        self
    }
}

/// For a handler that reads the text itself: the spans of streams use nothing of it.
impl Payload for Box<RawValue> {
    fn read(json: Box<RawValue>) -> Result<Self, FunctionError> {
        Ok(json)
    }

    fn value(&self) -> &Value {
        &Value::Null
    }
}

/// The value of a payload.
pub(crate) fn parse(json: &RawValue) -> Result<Value, FunctionError> {
    serde_json::from_str(json.get()).map_err(|error| {
        FunctionError::new(ErrorCode::InvalidRequest, format!("the payload is unreadable: {error}"))
    })
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
