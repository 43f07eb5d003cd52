//! Log lines as JSON on standard output, and counts beside them.

use std::io::{self, Write};

use tracing::Subscriber;
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Layer, fmt};

use crate::config::{Config, name};
use crate::metrics::{self, Emf};

/// Starts logging for the process. Where something else has started it already, that is kept.
pub fn init(config: &Config) {
    if let Err(error) = subscriber(config, io::stdout).try_init() {
        tracing::debug!(%error, "logging was started before");
    }
}

/// What [`init`] starts: each event is one line of JSON, written to what `output` opens.
pub fn subscriber<F, W>(config: &Config, output: F) -> impl Subscriber + Send + Sync + use<F, W>
where
    F: Fn() -> W + Clone + Send + Sync + 'static,
    W: Write + 'static,
{
    let logged = EnvFilter::builder().parse_lossy(config.get_or(name::RUST_LOG, "info"));
    let not_counts = filter_fn(|metadata| metadata.target() != metrics::TARGET);
    let lines = fmt::layer().json().flatten_event(true).with_writer(output.clone());
    let counts = Emf::new(config.get_or(name::AWS_LAMBDA_FUNCTION_NAME, "local"), output)
        .with_filter(filter_fn(|metadata| metadata.target() == metrics::TARGET));
    let lines = lines.with_filter(logged).with_filter(not_counts);
    tracing_subscriber::registry().with(lines).with(counts)
}
