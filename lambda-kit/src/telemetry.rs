//! Log lines as JSON on standard output, counts beside them, and spans for a collector.

use std::io::{self, Write};

use tracing::Subscriber;
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Layer, fmt};

use crate::config::{Config, name};
use crate::metrics::{self, Emf};
use crate::spans::{self, Correlated, Spans};

/// Starts logging for the process, and returns where its spans are sent. If another subscriber is
/// already installed, it stays.
#[must_use = "spans are sent at the end of an invocation"]
pub fn init(config: &Config) -> Spans {
    let asked = Spans::from_config(config);
    let spans = asked.clone().unwrap_or_default();
    if let Err(error) = subscriber(config, &spans, io::stdout).try_init() {
        tracing::debug!(%error, "logging was already started");
    }
    if let Err(error) = asked {
        tracing::warn!(%error, "no spans are exported");
    }
    spans
}

/// What [`init`] starts: each event is one line of JSON, written to the writer that `output` opens.
pub fn subscriber<F, W>(
    config: &Config,
    spans: &Spans,
    output: F,
) -> impl Subscriber + Send + Sync + use<F, W>
where
    F: Fn() -> W + Clone + Send + Sync + 'static,
    W: Write + 'static,
{
    let logged = EnvFilter::builder().parse_lossy(config.get_or(name::RUST_LOG, "info"));
    let apart = [metrics::TARGET, spans::TARGET];
    let lines = fmt::layer().json().flatten_event(true).map_event_format(Correlated);
    let lines = lines.with_writer(output.clone());
    let counts = Emf::new(config.get_or(name::AWS_LAMBDA_FUNCTION_NAME, "local"), output)
        .with_filter(filter_fn(|metadata| metadata.target() == metrics::TARGET));
    let not_apart = filter_fn(move |metadata| !apart.contains(&metadata.target()));
    let lines = lines.with_filter(logged).with_filter(not_apart);
    tracing_subscriber::registry().with(spans.layer()).with(lines).with(counts)
}
