//! What an invocation's span hangs under: the request's trace, the state that called, or X-Ray's segment.

use http::{HeaderMap, HeaderValue};
use lambda_runtime::LambdaEvent;
use opentelemetry::trace::{SpanContext, SpanId, TraceFlags, TraceId, TraceState};
use serde_json::Value;

use super::{Trigger, step_functions};
use crate::trace::{TRACEPARENT, TraceContext, X_RAY};

/// The span that an invocation's is a child of; `None` for the first of its trace.
pub(super) fn of(trigger: Trigger, event: &LambdaEvent<Value>) -> Option<SpanContext> {
    let named = match trigger {
        Trigger::Http => of_request(&event.payload),
        Trigger::Task(_) => step_functions::parent(&event.payload),
        Trigger::Stream(_) | Trigger::Timer(_) => None,
    };
    // X-Ray gives every invocation a trace; one that it does not record is a parent that nobody ever sees.
    let recorded =
        || x_ray(event.context.xray_trace_id.as_deref()?).filter(SpanContext::is_sampled);
    named.or_else(recorded)
}

/// The trace of a proxy event's headers. An X-Ray header that records nothing counts as none.
fn of_request(event: &Value) -> Option<SpanContext> {
    let headers = headers(event);
    let trace = span_context(&TraceContext::of_request(&headers)?)?;
    (headers.contains_key(TRACEPARENT) || trace.is_sampled()).then_some(trace)
}

/// The two headers that a trace may come in, as often as they were sent.
fn headers(event: &Value) -> HeaderMap {
    let wanted = |name: &str| {
        [TRACEPARENT, X_RAY].into_iter().find(|header| name.eq_ignore_ascii_case(header.as_str()))
    };
    let lists = ["multiValueHeaders", "headers"].map(|field| event[field].as_object());
    let sent = lists.into_iter().flatten().next().into_iter().flatten();
    sent.filter_map(|(name, values)| Some((wanted(name)?, values)))
        .flat_map(|(name, values)| texts(values).map(move |value| (name.clone(), value)))
        .collect()
}

fn texts(values: &Value) -> impl Iterator<Item = HeaderValue> {
    let all = values.as_array().map_or(std::slice::from_ref(values), Vec::as_slice);
    all.iter().filter_map(|value| HeaderValue::from_str(value.as_str()?).ok())
}

/// The span that an X-Ray header names, if it names one.
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

pub(super) fn remote(trace_id: TraceId, span_id: SpanId, flags: TraceFlags) -> SpanContext {
    SpanContext::new(trace_id, span_id, flags, true, TraceState::NONE)
}
