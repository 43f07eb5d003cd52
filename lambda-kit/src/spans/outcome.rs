//! The result of an invocation, on its span. A refusal is a normal answer: it is named, but not as
//! an error.

use domain::ErrorCode;
use serde_json::Value;
use tracing::Span;

use super::trigger::Trigger;
use crate::error::FunctionError;

/// The error of a batch with records that must be sent again.
const UNDONE: &str = "BatchItemFailures";

/// Records the answer on the span.
pub(super) fn record(span: &Span, trigger: Trigger, answer: &Result<Value, FunctionError>) {
    match (trigger, answer) {
        (_, Err(error)) => failed(span, error.code.name(), !error.code.is_refusal()),
        (Trigger::Http, Ok(answer)) => responded(span, answer),
        (Trigger::Stream(_), Ok(answer)) if has_failures(answer) => failed(span, UNDONE, true),
        (Trigger::Stream(_) | Trigger::Task(_) | Trigger::Timer(_), Ok(_)) => {}
    }
}

fn failed(span: &Span, kind: &str, is_fault: bool) {
    span.record("error.type", kind);
    if is_fault {
        span.record("otel.status_code", "error");
    }
}

fn responded(span: &Span, answer: &Value) {
    let Some(status) = answer["statusCode"].as_i64() else { return };
    span.record("http.response.status_code", status);
    if status >= 400 {
        let code = problem(answer).map_or_else(|| status.to_string(), |code| code.to_string());
        failed(span, &code, status >= 500);
    }
}

/// The code of a problem in the answer.
fn problem(answer: &Value) -> Option<ErrorCode> {
    let body: Value = serde_json::from_str(answer["body"].as_str()?).ok()?;
    body["code"].as_str()?.parse().ok()
}

fn has_failures(answer: &Value) -> bool {
    answer["batchItemFailures"].as_array().is_some_and(|failures| !failures.is_empty())
}
