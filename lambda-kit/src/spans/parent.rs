//! The parent of a span: the request's trace, the state that called, or X-Ray's segment.

use http::{HeaderMap, HeaderName, HeaderValue};
use lambda_runtime::Context;
use opentelemetry::trace::{SpanContext, SpanId, TraceFlags, TraceId, TraceState};
use serde_json::Value;

use super::settings::States;
use super::step_functions;
use super::trigger::Trigger;
use crate::trace::{TRACEPARENT, TraceContext, X_RAY};

/// The parent of an invocation's span; `None` for the first span of its trace.
pub(super) fn of(
    trigger: Trigger,
    states: States,
    payload: &Value,
    context: &Context,
) -> Option<SpanContext> {
    // X-Ray gives every invocation a trace; if it does not record the trace, nobody would ever see
    // that parent.
    let recorded = || x_ray(context.xray_trace_id.as_deref()?).filter(SpanContext::is_sampled);
    match (trigger, states) {
        (Trigger::Http, _) => of_event(payload).or_else(recorded),
        (Trigger::Task(_), States::Drawn) => of_state(payload).or_else(recorded),
        // All steps of an execution are in one trace, also where nothing else begins it.
        (Trigger::Task(_), States::NotDrawn) => recorded().or_else(|| of_state(payload)),
        (Trigger::Stream(_) | Trigger::Timer(_) | Trigger::Event(_), _) => recorded(),
    }
}

/// The trace of a request in which a client sends it, if it sends one.
pub(super) fn of_request(headers: &HeaderMap) -> Option<SpanContext> {
    span_context(&TraceContext::of_request(headers)?)
}

/// The span of the state that sent a task's payload.
fn of_state(payload: &Value) -> Option<SpanContext> {
    let (trace_id, span_id) = step_functions::ids(payload)?;
    Some(remote(trace_id, span_id, TraceFlags::SAMPLED))
}

/// The trace in a proxy event's headers. An X-Ray header that records nothing is ignored.
fn of_event(event: &Value) -> Option<SpanContext> {
    let sent = |header| of_request(&headers(event, header));
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

/// The span in W3C's trace context, if there is one.
pub(super) fn w3c(traceparent: &str) -> Option<SpanContext> {
    span_context(&TraceContext::from_traceparent(traceparent)?)
}

/// The span in an X-Ray header, if there is one.
fn x_ray(header: &str) -> Option<SpanContext> {
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
        of(Trigger::Http, States::NotDrawn, &event, &Context::default())
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

    #[rstest]
    #[case::datadog_draws_it(States::Drawn, "1", true)]
    #[case::nobody_draws_it(States::NotDrawn, "1", false)]
    #[case::x_ray_records_nothing(States::NotDrawn, "0", true)]
    fn a_step_is_below_its_state_where_that_is_drawn_or_nothing_else_is_recorded(
        #[case] states: States,
        #[case] sampled: &str,
        #[case] below_its_state: bool,
    ) {
        let state = json!({"Name": "ReserveFlight", "EnteredTime": "2024-12-04T19:38:04.118Z"});
        let payload = json!({"step": {"execution": "arn:execution", "state": state}});
        let mut context = Context::default();
        context.xray_trace_id =
            Some(UNRECORDED.replace("Sampled=0", &format!("Sampled={sampled}")));
        let parent = of(Trigger::Task("flight.reserve"), states, &payload, &context).unwrap();
        assert!(parent.is_sampled() && parent.is_remote());
        assert_eq!(parent.trace_id().to_string() != TRACE, below_its_state);
    }

    #[test]
    fn an_invocation_that_x_ray_records_is_below_its_segment() {
        let of = |context: &Context| {
            of(Trigger::Stream("project"), States::Drawn, &Value::Null, context)
        };
        let mut context = Context::default();
        context.xray_trace_id = Some(UNRECORDED.to_owned());
        assert_eq!(of(&context), None);
        context.xray_trace_id = Some(UNRECORDED.replace("Sampled=0", "Sampled=1"));
        assert_eq!(of(&context).unwrap().span_id().to_string(), "53995c3f42cd8ad8");
    }
}
