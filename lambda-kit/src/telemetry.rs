//! Log lines as JSON on standard output, counts beside them, and spans for a collector.

use std::io::{self, Write};

use tracing::Subscriber;
use tracing::level_filters::LevelFilter;
use tracing_subscriber::filter::{Targets, filter_fn};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{Layer, fmt};

use crate::config::{Config, name};
use crate::metrics::{self, Emf};
use crate::spans::{self, Correlated, Spans};

/// Where `lambda_runtime` opens the span of an invocation.
const INVOCATION: &str = "lambda_runtime::layers::trace";

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
    let logged = filter(config.get_or(name::RUST_LOG, "info"));
    let apart = [metrics::TARGET, spans::TARGET];
    let lines = fmt::layer().json().flatten_event(true).map_event_format(Correlated);
    let lines = lines.with_writer(output.clone());
    let counts = Emf::new(config.get_or(name::AWS_LAMBDA_FUNCTION_NAME, "local"), output)
        .with_filter(filter_fn(|metadata| metadata.target() == metrics::TARGET));
    let not_apart = filter_fn(move |metadata| !apart.contains(&metadata.target()));
    let lines = lines.with_filter(logged).with_filter(not_apart);
    tracing_subscriber::registry().with(spans.layer()).with(lines).with(counts)
}

/// What is logged. A part that is not a level, a target or `target=level` is left out. The
/// runtime's span of the invocation is always kept: it gives each line its request id.
fn filter(text: &str) -> Targets {
    let parts = text.split(',').map(str::trim).filter(|part| part.parse::<Targets>().is_ok());
    let asked: Targets = parts.collect::<Vec<_>>().join(",").parse().unwrap_or_default();
    asked.with_target(INVOCATION, LevelFilter::INFO)
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use tracing::Level;

    use super::*;

    #[rstest]
    #[case("info", "saga::step", Level::INFO, true)]
    #[case("info", "saga::step", Level::DEBUG, false)]
    #[case("WARN", "saga::step", Level::INFO, false)]
    #[case("warn,saga=debug", "saga::step", Level::DEBUG, true)]
    #[case("warn,saga=debug", "store", Level::INFO, false)]
    #[case("saga", "saga::step", Level::TRACE, true)]
    #[case("saga", "store", Level::ERROR, false)]
    #[case("off", "saga::step", Level::ERROR, false)]
    #[case("saga[step{id=1}]=trace, warn", "saga::step", Level::WARN, true)]
    #[case("saga[step{id=1}]=trace, warn", "saga::step", Level::INFO, false)]
    fn a_line_is_logged_as_its_targets_level_says(
        #[case] text: &str,
        #[case] target: &str,
        #[case] level: Level,
        #[case] expected: bool,
    ) {
        assert_eq!(filter(text).would_enable(target, &level), expected);
    }
}
