//! The state that invoked a step, as a span. Datadog builds a trace of each execution from its log,
//! with ids that it derives from the execution and the state. This module derives the same ids, so
//! that a step's span becomes a child of its state's span.
//!
//! Source: the Step Functions extraction of Datadog's Lambda libraries (`tracing.py` of
//! datadog-lambda-python, `step-function-service.ts` of datadog-lambda-js) and of its extension
//! (`step_function_event.rs`).

use opentelemetry::trace::{SpanId, TraceId};
use serde::Deserialize;
use serde_json::Value;
use sha2::{Digest, Sha256};

/// The member of a task's payload that says which state sends it.
const MEMBER: &str = "step";

/// From the context object of the execution.
#[derive(Debug, Deserialize)]
struct Step {
    execution: String,
    /// Not every runner of state machines counts them.
    redrives: Option<u64>,
    state: State,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct State {
    name: String,
    entered_time: String,
    retry_count: Option<u64>,
}

/// The trace and the span of the state that sent this payload; `None` if the payload does not name
/// it, or not in this form.
pub(super) fn ids(payload: &Value) -> Option<(TraceId, SpanId)> {
    let step = Step::deserialize(payload.get(MEMBER)?).ok()?;
    Some((trace_id(&step.execution), step.span_id()))
}

fn trace_id(execution: &str) -> TraceId {
    let (high, low) = halves(execution);
    TraceId::from((u128::from(high) << 64) | u128::from(low))
}

impl Step {
    /// A retry or a redrive has its own span.
    fn span_id(&self) -> SpanId {
        let Self { execution, state: State { name, entered_time, .. }, .. } = self;
        let attempt = match (self.state.retry_count.unwrap_or(0), self.redrives.unwrap_or(0)) {
            (0, 0) => String::new(),
            (retries, redrives) => format!("#{retries}#{redrives}"),
        };
        let (high, _) = halves(&format!("{execution}#{name}#{entered_time}{attempt}"));
        SpanId::from(high)
    }
}

/// The first two words of the text's SHA-256, as ids: without the sign bit, and never zero.
fn halves(text: &str) -> (u64, u64) {
    let digest = Sha256::digest(text);
    let word = |at: usize| {
        digest[at..at + 8].iter().fold(0_u64, |word, byte| (word << 8) | u64::from(*byte))
    };
    let id = |word: u64| (word & (u64::MAX >> 1)).max(1);
    (id(word(0)), id(word(8)))
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use serde_json::json;

    use super::*;

    const EXECUTION: &str = "arn:aws:states:sa-east-1:425362996713:execution:abhinav-activity-state-machine:72a7ca3e-901c-41bb-b5a3-5f279b92a316";

    /// The words that the test suites of Datadog's libraries expect.
    #[rstest]
    #[case("some_testing_random_string", 4_364_271_812_988_819_936, 7_456_137_785_171_041_414)]
    #[case(EXECUTION, 0x3e7a_89d1_b731_0603, 435_175_499_815_315_247)]
    #[case(
        "665c417c-1237-4742-aaca-8b3becbb9e75",
        0x0e98_7c84_b36b_11ab,
        3_675_572_987_363_469_717
    )]
    fn a_texts_words_are_datadogs(#[case] text: &str, #[case] high: u64, #[case] low: u64) {
        assert_eq!(halves(text), (high, low));
    }

    /// The libraries' test suites expect the ids of the first attempt and of the redrive; the id of
    /// the retry follows from their code.
    #[rstest]
    #[case(json!({"redrives": 0, "retries": 0}), 3_929_055_471_293_792_800)]
    #[case(json!({"redrives": null, "retries": null}), 3_929_055_471_293_792_800)]
    #[case(json!({"redrives": 0, "retries": 1}), 5_324_109_749_361_013_132)]
    #[case(json!({"redrives": 1, "retries": 0}), 8_782_364_156_266_188_026)]
    fn each_attempt_has_the_span_that_datadog_gives_it(#[case] counts: Value, #[case] span: u64) {
        let state = json!({
            "Name": "Lambda Invoke",
            "EnteredTime": "2024-12-04T19:38:04.118Z",
            "RetryCount": counts["retries"],
        });
        let step = json!({"execution": EXECUTION, "redrives": counts["redrives"], "state": state});
        let (trace_id, span_id) = ids(&json!({ MEMBER: step })).unwrap();
        assert_eq!(span_id, SpanId::from(span));
        assert_eq!(trace_id.to_string(), "3e7a89d1b7310603060a0dcfb971e72f");
    }

    #[rstest]
    #[case(json!({}))]
    #[case(json!({"step": null}))]
    #[case(json!({"step": {"execution": "e"}}))]
    #[case(json!({"step": {"execution": "e", "state": {"Name": 1, "EnteredTime": "t"}}}))]
    #[case(json!([]))]
    fn a_payload_of_another_form_has_no_parent(#[case] payload: Value) {
        assert_eq!(ids(&payload), None);
    }
}
