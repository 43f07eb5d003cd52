//! Runs a handler in Lambda's runtime, with JSON in and out and stable error names.

use std::future::Future;
use std::io;
use std::panic::AssertUnwindSafe;

use domain::ErrorCode;
use futures::FutureExt;
use lambda_runtime::{LambdaEvent, service_fn};
use serde_json::Value;
use serde_json::value::RawValue;
use tokio::runtime::Builder;

use crate::config::{Config, name};
use crate::error::FunctionError;
use crate::invocation;
use crate::spans::{self, Spans, Trigger};

/// Runs the function's `main` to its end: on one thread, or on all processors if Lambda hands the
/// process several invocations at once.
///
/// # Errors
/// If the operating system gives no thread or no way to wait for input.
pub fn block_on<F: Future>(config: &Config, main: F) -> io::Result<F::Output> {
    let mut runtime = match is_concurrent(config) {
        true => Builder::new_multi_thread(),
        false => Builder::new_current_thread(),
    };
    Ok(runtime.enable_all().build()?.block_on(main))
}

/// Whether `lambda_runtime` will ask for several invocations at once, by its own rule.
fn is_concurrent(config: &Config) -> bool {
    config.parse(name::AWS_LAMBDA_MAX_CONCURRENCY, 1_u32).is_ok_and(|most| most > 1)
}

/// Serves invocations until the process ends, each within its own span: as many at once as Lambda
/// hands over, which is one unless `AWS_LAMBDA_MAX_CONCURRENCY` says otherwise.
///
/// The caller never sees the runtime's own decoding errors or its errors for panics: they are named
/// after Rust types, which no state machine can match. Handlers take any JSON and decode it
/// themselves. A payload that is nested too deeply returns `InvalidRequest`; a panic returns
/// `InternalError` and leaves the process alive.
///
/// # Errors
/// If Lambda's Runtime API cannot be reached.
pub async fn run<H, F>(
    spans: Spans,
    trigger: Trigger,
    handler: H,
) -> Result<(), lambda_runtime::Error>
where
    H: Fn(LambdaEvent<Value>) -> F + Clone + Send + Sync + 'static,
    F: Future<Output = Result<Value, FunctionError>> + Send + 'static,
{
    let serve = move |event: LambdaEvent<Box<RawValue>>| {
        let (spans, handler) = (spans.clone(), handler.clone());
        let request_id = event.context.request_id.clone();
        invocation::within(request_id, async move {
            let event = decode(event)?;
            spans
                .around(trigger, event, |event| reported(trigger, unpanicked(handler(event))))
                .await
        })
    };
    lambda_runtime::run_concurrent(service_fn(serve)).await
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

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use tokio::runtime::{Handle, RuntimeFlavor};

    use super::*;

    #[rstest]
    #[case(None, RuntimeFlavor::CurrentThread)]
    #[case(Some("1"), RuntimeFlavor::CurrentThread)]
    #[case(Some("many"), RuntimeFlavor::CurrentThread)]
    #[case(Some("2"), RuntimeFlavor::MultiThread)]
    fn one_invocation_needs_one_thread(#[case] most: Option<&str>, #[case] flavor: RuntimeFlavor) {
        let most = most.map(|most| (name::AWS_LAMBDA_MAX_CONCURRENCY, most));
        let ran_on = async { Handle::current().runtime_flavor() };
        assert_eq!(block_on(&Config::from_map(most), ran_on).unwrap(), flavor);
    }
}
