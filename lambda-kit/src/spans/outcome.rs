//! How an invocation went, on its span and in the log. A refusal is a normal answer: it is named,
//! but not as an error.

use std::borrow::Cow;

use domain::ErrorCode;
use serde_json::Value;
use tracing::Span;

use super::trigger::Trigger;
use crate::error::FunctionError;

/// The error of a batch with records that must be sent again.
const UNDONE: &str = "BatchItemFailures";

/// An answer that is not what the caller asked for.
struct Trouble {
    /// An error code, or the name of a status.
    kind: Cow<'static, str>,
    /// Not a refusal.
    is_fault: bool,
}

/// Records the answer on the span.
pub(super) fn record(span: &Span, trigger: Trigger, answer: &Result<Value, FunctionError>) {
    if let (Trigger::Http, Ok(answer)) = (trigger, answer) {
        span.record("http.response.status_code", answer["statusCode"].as_i64());
    }
    let Some(Trouble { kind, is_fault }) = trouble(trigger, answer) else { return };
    span.record("error.type", &*kind);
    if is_fault {
        span.record("otel.status_code", "error");
    }
}

/// Logs a fault, once an invocation: the alarms that roll a release back count these lines.
pub(crate) fn report(trigger: Trigger, answer: &Result<Value, FunctionError>) {
    if let Some(Trouble { kind, is_fault: true }) = trouble(trigger, answer) {
        tracing::warn!(%kind, "invocation failed");
    }
}

fn trouble(trigger: Trigger, answer: &Result<Value, FunctionError>) -> Option<Trouble> {
    match (trigger, answer) {
        (_, Err(error)) => {
            let is_fault = !error.code.is_refusal();
            Some(Trouble { kind: error.code.name().into(), is_fault })
        }
        (Trigger::Http, Ok(answer)) => unwelcome(answer),
        (Trigger::Stream(_), Ok(answer)) if has_failures(answer) => {
            Some(Trouble { kind: UNDONE.into(), is_fault: true })
        }
        (_, Ok(_)) => None,
    }
}

fn unwelcome(answer: &Value) -> Option<Trouble> {
    let status = answer["statusCode"].as_i64().filter(|status| *status >= 400)?;
    let code = problem(answer).map_or_else(|| status.to_string(), |code| code.to_string());
    Some(Trouble { kind: code.into(), is_fault: status >= 500 })
}

/// The code of a problem in the answer.
fn problem(answer: &Value) -> Option<ErrorCode> {
    let body: Value = serde_json::from_str(answer["body"].as_str()?).ok()?;
    body["code"].as_str()?.parse().ok()
}

fn has_failures(answer: &Value) -> bool {
    answer["batchItemFailures"].as_array().is_some_and(|failures| !failures.is_empty())
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use serde_json::json;

    use super::*;

    const HTTP: Trigger = Trigger::Http;
    const STREAM: Trigger = Trigger::Stream("dispatch");
    const TASK: Trigger = Trigger::Task("flight.reserve");
    const TIMER: Trigger = Trigger::Timer("sweep");

    fn error(code: ErrorCode) -> Result<Value, FunctionError> {
        Err(FunctionError::new(code, "as told"))
    }

    fn response(status: u16, code: &str) -> Result<Value, FunctionError> {
        Ok(json!({ "statusCode": status, "body": json!({ "code": code }).to_string() }))
    }

    fn failures(of: &[&str]) -> Result<Value, FunctionError> {
        let failures: Vec<_> = of.iter().map(|id| json!({ "itemIdentifier": id })).collect();
        Ok(json!({ "batchItemFailures": failures }))
    }

    #[rstest]
    #[case::a_step_that_failed(TASK, error(ErrorCode::StoreUnavailable), "StoreUnavailable")]
    #[case::a_sweep_that_failed(TIMER, error(ErrorCode::InternalError), "InternalError")]
    #[case::a_batch_to_send_again(STREAM, failures(&["300"]), UNDONE)]
    #[case::an_answer_of_ours(HTTP, response(503, "StoreUnavailable"), "StoreUnavailable")]
    #[case::an_answer_without_a_problem(HTTP, Ok(json!({ "statusCode": 500 })), "500")]
    fn a_fault_is_told_by_its_name(
        #[case] trigger: Trigger,
        #[case] answer: Result<Value, FunctionError>,
        #[case] name: &str,
    ) {
        let Trouble { kind, is_fault } = trouble(trigger, &answer).unwrap();
        assert_eq!((&*kind, is_fault), (name, true));
    }

    #[rstest]
    #[case::a_full_flight(TASK, error(ErrorCode::FlightUnavailable))]
    #[case::an_unknown_trip(HTTP, response(404, "TripNotFound"))]
    #[case::too_many_requests(HTTP, response(429, "TooManyRequests"))]
    #[case::a_batch_that_is_done(STREAM, failures(&[]))]
    #[case::an_answer(HTTP, Ok(json!({ "statusCode": 202 })))]
    #[case::a_step_that_answered(TASK, Ok(json!({ "trip_status": "CONFIRMED" })))]
    fn a_refusal_is_no_fault(
        #[case] trigger: Trigger,
        #[case] answer: Result<Value, FunctionError>,
    ) {
        assert!(trouble(trigger, &answer).is_none_or(|trouble| !trouble.is_fault));
    }
}
