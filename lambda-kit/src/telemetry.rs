//! Log lines as JSON on standard output, and counts beside them.

use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Layer, fmt};

use crate::config::{Config, name};
use crate::metrics::{self, Emf};

/// Starts logging for the process. Where something else has started it already, that is kept.
pub fn init(config: &Config) {
    let logged = EnvFilter::builder().parse_lossy(config.get_or(name::RUST_LOG, "info"));
    let not_counts = filter_fn(|metadata| metadata.target() != metrics::TARGET);
    let lines = fmt::layer().json().flatten_event(true).with_filter(logged).with_filter(not_counts);
    let counts = Emf::of(config.get_or(name::AWS_LAMBDA_FUNCTION_NAME, "local"))
        .with_filter(filter_fn(|metadata| metadata.target() == metrics::TARGET));
    let kept = tracing_subscriber::registry().with(lines).with(counts).try_init();
    if let Err(error) = kept {
        tracing::debug!(%error, "logging was started before");
    }
}
