//! An invocation's span: its name, its kind, and the attributes in OpenTelemetry's conventions.
//!
//! Source: the semantic conventions for function and for HTTP spans. From a payload, only ids of a
//! fixed form are used.

use std::sync::atomic::{AtomicBool, Ordering};

use domain::TripId;
use lambda_runtime::Context as Invocation;
use opentelemetry::Context;
use opentelemetry::trace::TraceContextExt;
use serde_json::Value;
use tracing::Span;
use tracing::field::Empty;
use tracing_opentelemetry::OpenTelemetrySpanExt;

use super::parent;
use super::settings::States;
use super::trigger::Trigger;

/// The target of the spans that are exported. They are not part of any log line.
pub const TARGET: &str = "span";

/// The span of this invocation, under its parent.
pub(super) fn span(
    trigger: Trigger,
    states: States,
    payload: &Value,
    context: &Invocation,
) -> Span {
    let route = Route::of(trigger, payload);
    let span = tracing::info_span!(
        target: TARGET,
        parent: None,
        "invocation",
        otel.name = name(trigger, &route),
        otel.kind = trigger.kind(),
        otel.status_code = Empty,
        faas.trigger = trigger.name(),
        faas.invocation_id = context.request_id,
        faas.coldstart = is_first(),
        http.request.method = route.method,
        http.response.status_code = Empty,
        http.route = route.template,
        trip.id = trip(trigger, payload).as_ref().map(TripId::as_str),
        "error.type" = Empty,
    );
    if let Some(parent) = parent::of(trigger, states, payload, context) {
        // It can only fail if nothing records the span.
        let _ = span.set_parent(Context::new().with_remote_span_context(parent));
    }
    span
}

/// The target of a proxy event. Empty for any other event.
#[derive(Default)]
struct Route<'a> {
    method: Option<&'a str>,
    /// For example `/trips/{trip_id}`; never the path itself.
    template: Option<&'a str>,
}

impl<'a> Route<'a> {
    fn of(trigger: Trigger, event: &'a Value) -> Self {
        match trigger {
            Trigger::Http => Self {
                // An HTTP API names it elsewhere, and has one route for all pages.
                method: event["httpMethod"]
                    .as_str()
                    .or_else(|| event["requestContext"]["http"]["method"].as_str()),
                template: event["resource"].as_str(),
            },
            _ => Self::default(),
        }
    }
}

fn name(trigger: Trigger, route: &Route<'_>) -> String {
    match trigger {
        Trigger::Task(work)
        | Trigger::Stream(work)
        | Trigger::Timer(work)
        | Trigger::Event(work) => work.to_owned(),
        Trigger::Http => {
            [route.method, route.template].into_iter().flatten().collect::<Vec<_>>().join(" ")
        }
    }
}

/// The trip in the event, if that is a valid id.
fn trip(trigger: Trigger, event: &Value) -> Option<TripId> {
    let named = match trigger {
        Trigger::Task(_) => &event["input"]["trip_id"],
        Trigger::Http => &event["pathParameters"]["trip_id"],
        Trigger::Stream(_) | Trigger::Timer(_) | Trigger::Event(_) => return None,
    };
    TripId::parse(named.as_str()?).ok()
}

/// Whether this is the first invocation in this process.
fn is_first() -> bool {
    static INVOKED: AtomicBool = AtomicBool::new(false);
    !INVOKED.swap(true, Ordering::Relaxed)
}
