//! The parent of an invocation's span: the request's trace, the state that called, or X-Ray's
//! segment.

use http::{HeaderMap, HeaderName, HeaderValue};
use lambda_runtime::Context;
use opentelemetry::trace::{SpanContext, SpanId, TraceFlags, TraceId, TraceState};
use serde_json::Value;

use super::step_functions;
use super::trigger::Trigger;
use crate::trace::{TRACEPARENT, TraceContext, X_RAY};

/// The parent of an invocation's span; `None` for the first span of its trace.
pub(super) fn of(trigger: Trigger, payload: &Value, context: &Context) -> Option<SpanContext> {
    let named = match trigger {
        Trigger::Http => of_request(payload),
        Trigger::Task(_) => of_state(payload),
        Trigger::Stream(_) | Trigger::Timer(_) => None,
    };
    // X-Ray gives every invocation a trace; if it does not record the trace, nobody would ever see
    // that parent.
    let recorded = || x_ray(context.xray_trace_id.as_deref()?).filter(SpanContext::is_sampled);
    named.or_else(recorded)
}

/// The span of the state that sent a task's payload.
fn of_state(payload: &Value) -> Option<SpanContext> {
    let (trace_id, span_id) = step_functions::ids(payload)?;
    Some(remote(trace_id, span_id, TraceFlags::SAMPLED))
}

/// The trace in a proxy event's headers. An X-Ray header that records nothing is ignored.
fn of_request(event: &Value) -> Option<SpanContext> {
    let sent = |header| span_context(&TraceContext::of_request(&headers(event, header))?);
    sent(TRACEPARENT).or_else(|| sent(X_RAY).filter(SpanContext::is_sampled))
}

/// All values of one header.
fn headers(event: &Value, header: HeaderName) -> HeaderMap {
    let lists = ["multiValueHeaders", "headers"].map(|field| event[field].as_object());
    let sent = lists.into_iter().flatten().next().into_iter().flatten();
    sent.filter(|(name, _)| name.eq_ignore_ascii_case(header.as_str()))
        .flat_map(|(_, values)| texts(values).map(|value| (header.clone(), value)))
        .collect()
}

fn texts(values: &Value) -> impl Iterator<Item = HeaderValue> {
    let all = values.as_array().map_or(std::slice::from_ref(values), Vec::as_slice);
    all.iter().filter_map(|value| HeaderValue::from_str(value.as_str()?).ok())
}

/// The span in an X-Ray header, if there is one.
pub(super) fn x_ray(header: &str) -> Option<SpanContext> {
    span_context(&TraceContext::from_x_ray(header)?)
}

fn span_context(trace: &TraceContext) -> Option<SpanContext> {
    let traceparent = trace.traceparent()?;
    let mut parts = traceparent.split('-').skip(1);
    let trace_id = TraceId::from_hex(parts.next()?).ok()?;
    let span_id = SpanId::from_hex(parts.next()?).ok()?;
    let flags = TraceFlags::default().with_sampled(parts.next()? == "01");
    Some(remote(trace_id, span_id, flags))
}

fn remote(trace_id: TraceId, span_id: SpanId, flags: TraceFlags) -> SpanContext {
    SpanContext::new(trace_id, span_id, flags, true, TraceState::NONE)
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use serde_json::json;

    use super::*;

    const TRACE: &str = "5759e988bd862e3fe1be46a994272793";
    const UNRECORDED: &str =
        "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=0";

    fn traceparent(flags: &str) -> String {
        format!("00-{TRACE}-53995c3f42cd8ad8-{flags}")
    }

    fn parent(event: Value) -> Option<SpanContext> {
        of(Trigger::Http, &event, &Context::default())
    }

    #[rstest]
    #[case(json!({"headers": {"traceparent": traceparent("01")}}), true)]
    #[case(json!({"headers": {}, "multiValueHeaders": {"TraceParent": [traceparent("00")]}}), false)]
    fn the_clients_decision_is_heeded(#[case] event: Value, #[case] sampled: bool) {
        let parent = parent(event).unwrap();
        assert_eq!((parent.trace_id().to_string().as_str(), parent.is_sampled()), (TRACE, sampled));
    }

    #[rstest]
    #[case(json!({}))]
    #[case(json!({"headers": {"x-amzn-trace-id": UNRECORDED}}))]
    #[case(json!({"headers": {"traceparent": "canary", "x-amzn-trace-id": UNRECORDED}}))]
    #[case(json!({"multiValueHeaders": {"traceparent": [traceparent("01"), traceparent("00")]}}))]
    fn what_names_no_recorded_span_is_not_a_parent(#[case] event: Value) {
        assert_eq!(parent(event), None);
    }

    #[test]
    fn a_step_is_below_the_state_that_sent_it_and_recorded_as_the_state_is() {
        let state = json!({"Name": "ReserveFlight", "EnteredTime": "2024-12-04T19:38:04.118Z"});
        let payload = json!({"step": {"execution": "arn:execution", "state": state}});
        let parent = of(Trigger::Task("flight.reserve"), &payload, &Context::default()).unwrap();
        assert!(parent.is_sampled() && parent.is_remote());
    }

    #[test]
    fn an_invocation_that_x_ray_records_is_below_its_segment() {
        let mut context = Context::default();
        context.xray_trace_id = Some(UNRECORDED.to_owned());
        assert_eq!(of(Trigger::Stream("project"), &Value::Null, &context), None);
        context.xray_trace_id = Some(UNRECORDED.replace("Sampled=0", "Sampled=1"));
        let parent = of(Trigger::Stream("project"), &Value::Null, &context).unwrap();
        assert_eq!(parent.span_id().to_string(), "53995c3f42cd8ad8");
    }
}
