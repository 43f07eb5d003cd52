//! Links a log line to its trace, at the top of the line: `trace_id` and `span_id` in hex, where
//! Datadog looks in the logs of services that OpenTelemetry traces, and the same under its own
//! names, `dd.trace_id` and `dd.span_id`. A span's own name is in decimal, and so is a trace's last
//! 64 bits.
//!
//! Source: "Correlate OpenTelemetry Traces and Logs" in Datadog's documentation.

use std::fmt;
use std::future::Future;

use opentelemetry::trace::{SpanContext, TraceContextExt};
use tracing::{Event, Span, Subscriber};
use tracing_opentelemetry::OpenTelemetrySpanExt;
use tracing_subscriber::fmt::format::{Format, Json, Writer};
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields};
use tracing_subscriber::registry::LookupSpan;

tokio::task_local! {
    /// The span of the current invocation. A formatter cannot ask the subscriber that it is part
    /// of.
    static CURRENT: Ids;
}

/// An invocation's span, by its ids.
#[derive(Clone, Debug)]
pub(super) struct Ids(SpanContext);

impl Ids {
    pub(super) fn of(span: &Span) -> Self {
        Self(span.context().span().span_context().clone())
    }

    /// Runs `work`, so that its log lines have these ids.
    pub(super) async fn within<F: Future>(self, work: F) -> F::Output {
        CURRENT.scope(self, work).await
    }

    /// The ids to log; `None` outside of an invocation, or if the invocation's span is not
    /// exported.
    fn current() -> Option<Self> {
        CURRENT.try_with(Self::clone).ok().filter(|Self(span)| span.is_sampled())
    }
}

/// A line of JSON that begins with the ids, if there are any.
#[derive(Debug)]
pub(crate) struct Correlated(pub(crate) Format<Json>);

impl<S, N> FormatEvent<S, N> for Correlated
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
    Format<Json>: FormatEvent<S, N>,
{
    fn format_event(
        &self,
        context: &FmtContext<'_, S, N>,
        mut line: Writer<'_>,
        event: &Event<'_>,
    ) -> fmt::Result {
        let Some(Ids(span)) = Ids::current() else {
            return self.0.format_event(context, line, event);
        };
        let mut plain = String::new();
        self.0.format_event(context, Writer::new(&mut plain), event)?;
        let fields = plain.strip_prefix('{').ok_or(fmt::Error)?;
        let (trace_id, span_id) = (span.trace_id(), span.span_id());
        write!(line, r#"{{"trace_id":"{trace_id}","span_id":"{span_id}","#)?;
        let [trace, span] =
            [last_half(trace_id.to_bytes()), u64::from_be_bytes(span_id.to_bytes())];
        write!(line, r#""dd.trace_id":"{trace}","dd.span_id":"{span}",{fields}"#)
    }
}

/// The last 64 bits of a trace's id, which are all that Datadog's decimal form has room for.
const fn last_half(trace_id: [u8; 16]) -> u64 {
    let [.., a, b, c, d, e, f, g, h] = trace_id;
    u64::from_be_bytes([a, b, c, d, e, f, g, h])
}
