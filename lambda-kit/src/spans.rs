//! Spans: one for each invocation and one for each call that it makes, sent to an OpenTelemetry
//! collector before the invocation answers. Without a configured collector there are no spans.

mod client;
mod correlation;
mod exporter;
mod invocation;
mod outcome;
mod parent;
mod request;
mod settings;
mod step_functions;
mod trigger;

use std::collections::BTreeSet;
use std::future::Future;
use std::sync::Arc;

use http::{HeaderMap, Method, Response};
use lambda_runtime::LambdaEvent;
use opentelemetry::Context;
use opentelemetry::trace::{SpanContext, TraceContextExt, TracerProvider};
use opentelemetry_sdk::trace::{Sampler, SdkTracerProvider};
use serde_json::Value;
use tracing::level_filters::LevelFilter;
use tracing::{Instrument, Span, Subscriber};
use tracing_opentelemetry::OpenTelemetrySpanExt;
use tracing_subscriber::Layer;
use tracing_subscriber::filter::{FilterExt, Targets, filter_fn};
use tracing_subscriber::registry::LookupSpan;

use crate::config::Config;
use crate::error::FunctionError;
use crate::https::Https;
use crate::payload::Payload;
use crate::trace::TraceContext;
use correlation::Ids;
use exporter::{Buffer, Exporter};
use parent::w3c;
use settings::{Settings, States};

pub(crate) use correlation::Correlated;
pub use invocation::TARGET;
pub(crate) use outcome::report;
pub use settings::SpansError;
pub use trigger::Trigger;

/// The clients' own spans, one for each call: `DynamoDB.TransactWriteItems` and the like. They name
/// the service and the operation, but contain nothing that is sent.
const CALLS: [&str; 3] = ["aws_json", "aws_sdk_dynamodb", "aws_sdk_eventbridge"];

/// The most links of one span: OpenTelemetry's default limit.
const MAX_LINKS: u32 = 128;

/// Where spans are sent; nowhere by default. Clones share the exporter.
#[derive(Clone, Debug, Default)]
pub struct Spans(Option<Arc<Exporting>>);

#[derive(Debug)]
struct Exporting {
    provider: SdkTracerProvider,
    exporter: Exporter,
    states: States,
}

impl Spans {
    /// Configured by OpenTelemetry's own variables: off, unless they name an endpoint of OTLP over
    /// HTTP.
    ///
    /// # Errors
    /// [`SpansError`] for a setting that cannot be used.
    pub fn from_config(config: &Config) -> Result<Self, SpansError> {
        let Some(settings) = Settings::from_config(config)? else { return Ok(Self::default()) };
        let buffer = Buffer::default();
        let http = Https::from_config(config).connector();
        let exporter = Exporter::new(&settings, http, buffer.clone())?;
        let provider = SdkTracerProvider::builder()
            .with_sampler(Sampler::ParentBased(Box::new(Sampler::AlwaysOn)))
            .with_max_links_per_span(MAX_LINKS)
            .with_resource(settings.resource)
            .with_span_processor(buffer)
            .build();
        let states = settings.states;
        Ok(Self(Some(Arc::new(Exporting { provider, exporter, states }))))
    }

    /// The layer for the process's subscriber. It takes the spans of the invocations and of the SDK
    /// clients, but no events: those are in the log.
    #[must_use]
    pub fn layer<S>(&self) -> Option<impl Layer<S> + Send + Sync + use<S>>
    where
        S: Subscriber + for<'a> LookupSpan<'a> + Send + Sync,
    {
        let exporting = self.0.as_ref()?;
        let calls = CALLS.map(|target| (target, LevelFilter::DEBUG));
        let wanted = Targets::new().with_target(TARGET, LevelFilter::INFO).with_targets(calls);
        let layer = tracing_opentelemetry::layer()
            .with_tracer(exporting.provider.tracer(env!("CARGO_PKG_NAME")))
            .with_context_activation(false)
            .with_level(false)
            .with_location(false)
            .with_target(false)
            .with_threads(false)
            .with_tracked_inactivity(false);
        Some(layer.with_filter(wanted.and(filter_fn(|metadata| metadata.is_span()))))
    }

    /// Handles an event within a span, and exports the span before it returns the answer.
    ///
    /// # Errors
    /// The handler's own: exporting never fails an invocation, and delays it only briefly.
    pub async fn around<P, F>(
        &self,
        trigger: Trigger,
        event: LambdaEvent<P>,
        handler: impl FnOnce(LambdaEvent<P>) -> F,
    ) -> Result<Value, FunctionError>
    where
        P: Payload,
        F: Future<Output = Result<Value, FunctionError>>,
    {
        let Some(exporting) = &self.0 else { return handler(event).await };
        let span =
            invocation::span(trigger, exporting.states, event.payload.value(), &event.context);
        let handled = handler(event).instrument(span.clone());
        let answer = Ids::of(&span).within(handled).await;
        outcome::record(&span, trigger, &answer);
        // The span ends here: only ended spans are exported.
        drop(span);
        exporting.exporter.flush().await;
        answer
    }

    /// Serves a request that no function serves, within a span that is in the client's trace if it
    /// names one. The span is exported after the answer.
    pub async fn around_request<B>(
        &self,
        method: &Method,
        route: &'static str,
        headers: &HeaderMap,
        serve: impl Future<Output = Response<B>>,
    ) -> Response<B> {
        let Some(exporting) = &self.0 else { return serve.await };
        let span = request::span(method, route, headers);
        let served = serve.instrument(span.clone());
        let answer = Ids::of(&span).within(served).await;
        request::record(&span, answer.status());
        drop(span);
        let exporting = Arc::clone(exporting);
        tokio::spawn(async move { exporting.exporter.flush().await });
        answer
    }
}

/// The place of the current span in its trace; `None` while no span is recorded.
#[must_use]
pub fn current() -> Option<TraceContext> {
    let context = Span::current().context();
    let span = context.span().span_context().clone();
    let sampled = u8::from(span.is_sampled());
    let traceparent = format!("00-{}-{}-{sampled:02}", span.trace_id(), span.span_id());
    span.is_valid().then(|| TraceContext::from_traceparent(&traceparent)).flatten()
}

/// A span for each event that is published, in the trace of its commit, which its `traceparent`
/// names; linked to the invocation's span. They end when they are dropped. None while the
/// invocation has no span.
pub fn publishing<'a>(events: impl Iterator<Item = (&'a str, Option<&'a str>)>) -> Vec<Span> {
    let invocation = Span::current().context().span().span_context().clone();
    if !invocation.is_valid() {
        return Vec::new();
    }
    let committed = events.filter_map(|(event_type, parent)| Some((event_type, w3c(parent?)?)));
    let span = |(event_type, commit): (&str, SpanContext)| {
        let name = format!("publish {event_type}");
        let span = tracing::info_span!(
            target: TARGET, parent: None, "publish", otel.name = name, otel.kind = "producer",
        );
        // It can only fail if nothing records the span.
        let _ = span.set_parent(Context::new().with_remote_span_context(commit));
        span.add_link(invocation.clone());
        span
    };
    committed.filter(|(_, commit)| commit.is_sampled()).map(span).collect()
}

/// Links the invocation's span to the traces of these `traceparent`s, which events carry.
pub fn link<'a>(traceparents: impl Iterator<Item = &'a str>) {
    let span = Span::current();
    if !span.context().span().span_context().is_valid() {
        return;
    }
    let distinct: BTreeSet<_> = traceparents.collect();
    for linked in distinct.into_iter().filter_map(w3c).take(MAX_LINKS as usize) {
        span.add_link(linked);
    }
}
