//! Takes ended spans to the collector: keeps them in a buffer, and sends them when an invocation
//! ends.

use std::mem;
use std::sync::{Arc, Mutex, Once, PoisonError};
use std::time::Duration;

use aws_smithy_runtime_api::client::http::SharedHttpConnector;
use opentelemetry::trace::SpanKind;
use opentelemetry::{Context, Key};
use opentelemetry_otlp::{
    Protocol, RetryPolicy, SpanExporter as Otlp, WithExportConfig, WithHttpConfig,
};
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::trace::{Span, SpanData, SpanExporter, SpanProcessor};
use tokio::time::timeout;

use super::client::Client;
use super::settings::{Settings, SpansError};
use crate::metrics;

/// The longest time that an invocation waits for the collector.
const PATIENCE: Duration = Duration::from_millis(250);
/// The most spans that are kept until they are sent: the default of OpenTelemetry's own processor.
const CAPACITY: usize = 2_048;
/// The attribute that marks a span as a call of a service.
const RPC_SYSTEM: Key = Key::from_static_str("rpc.system");

/// The spans that have ended and are not sent yet.
#[derive(Clone, Debug, Default)]
pub(super) struct Buffer(Arc<Mutex<Vec<SpanData>>>);

impl Buffer {
    fn take(&self) -> Vec<SpanData> {
        mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl SpanProcessor for Buffer {
    fn on_start(&self, _: &mut Span, _: &Context) {}

    fn on_end(&self, span: SpanData) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() < CAPACITY {
            kept.push(with_kind(span));
        } else {
            metrics::count("SpansLost", 1);
        }
    }

    fn force_flush(&self) -> OTelSdkResult {
        Ok(())
    }

    fn shutdown_with_timeout(&self, _: Duration) -> OTelSdkResult {
        Ok(())
    }
}

/// The SDK clients do not mark their spans as client spans.
fn with_kind(mut span: SpanData) -> SpanData {
    if span.attributes.iter().any(|attribute| attribute.key == RPC_SYSTEM) {
        span.span_kind = SpanKind::Client;
    }
    span
}

/// Sends what is in the buffer.
#[derive(Debug)]
pub(super) struct Exporter {
    buffer: Buffer,
    /// One export at a time, as the OTLP exporter requires.
    otlp: tokio::sync::Mutex<Otlp>,
    warned: Once,
}

impl Exporter {
    pub(super) fn new(
        settings: &Settings,
        http: SharedHttpConnector,
        buffer: Buffer,
    ) -> Result<Self, SpansError> {
        let otlp = Otlp::builder()
            .with_http()
            .with_http_client(Client(http))
            .with_endpoint(&settings.endpoint)
            .with_protocol(Protocol::HttpBinary)
            .with_timeout(PATIENCE)
            // There is no time for a second attempt: lost spans are counted.
            .with_retry_policy(RetryPolicy::disabled())
            .build();
        let mut otlp = otlp.map_err(|error| SpansError::Exporter(error.to_string()))?;
        otlp.set_resource(&settings.resource);
        Ok(Self { buffer, otlp: tokio::sync::Mutex::new(otlp), warned: Once::new() })
    }

    /// Sends the spans that have ended, and gives up on them after [`PATIENCE`].
    pub(super) async fn flush(&self) {
        let mut sent = 0;
        let sending = async {
            let otlp = self.otlp.lock().await;
            let spans = self.buffer.take();
            sent = spans.len();
            if sent > 0 { otlp.export(spans).await } else { Ok(()) }
        };
        match timeout(PATIENCE, sending).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => self.lost(sent, &error.to_string()),
            Err(_) => self.lost(sent, "the collector did not answer in time"),
        }
    }

    /// A collector may be away for long, so only the first loss is logged. Nothing is lost by an
    /// invocation that waited in vain for the export of another one: its spans are still kept.
    fn lost(&self, spans: usize, cause: &str) {
        if spans == 0 {
            return;
        }
        metrics::count("SpansLost", spans);
        self.warned.call_once(|| {
            tracing::warn!(spans, cause, "spans were not exported; from now on they are counted");
        });
    }
}
