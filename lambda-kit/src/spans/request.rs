//! The span of a request that is served without a function, as API Gateway makes one of each. What
//! serves it may record `trip.id`, and `error.type` where it refuses.

use http::{HeaderMap, Method, StatusCode};
use opentelemetry::Context;
use opentelemetry::trace::TraceContextExt;
use tracing::Span;
use tracing::field::Empty;
use tracing_opentelemetry::OpenTelemetrySpanExt;

use super::invocation::TARGET;
use super::parent;

/// The span of this request, in its client's trace.
pub(super) fn span(method: &Method, route: &'static str, headers: &HeaderMap) -> Span {
    let span = tracing::info_span!(
        target: TARGET,
        parent: None,
        "request",
        otel.name = format!("{method} {route}"),
        otel.kind = "server",
        otel.status_code = Empty,
        http.request.method = method.as_str(),
        http.response.status_code = Empty,
        http.route = route,
        trip.id = Empty,
        "error.type" = Empty,
    );
    if let Some(parent) = parent::of_request(headers) {
        // It can only fail if nothing records the span.
        let _ = span.set_parent(Context::new().with_remote_span_context(parent));
    }
    span
}

/// Records the answer's status on the span. A refusal is a normal answer.
pub(super) fn record(span: &Span, status: StatusCode) {
    span.record("http.response.status_code", i64::from(status.as_u16()));
    if status.is_server_error() {
        span.record("otel.status_code", "error");
    }
}
