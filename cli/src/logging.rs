//! The log: on standard error, so that it stays separate from results. The spans of `trip up` go
//! where OpenTelemetry's variables say.

use std::io::{self, IsTerminal};

use lambda_kit::config::Config;
use lambda_kit::spans::{self, Spans};
use operator::audit;
use tracing::{Event, Metadata};
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::layer::{Context, Filter, SubscriberExt};
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Layer, fmt};

use crate::args::Command;

/// The variable that overrides the command's log filter.
const RUST_LOG: &str = EnvFilter::DEFAULT_ENV;

/// Logs at the command's level, or at the level of `RUST_LOG`.
pub(crate) fn init(command: &Command) -> Spans {
    let asked = match command {
        Command::Up(_) => Spans::from_config(&Config::from_env()),
        _ => Ok(Spans::default()),
    };
    let spans = asked.clone().unwrap_or_default();
    let filter = EnvFilter::builder().with_default_directive(command.log_level().into());
    // Without a terminal there are no colours; on one, NO_COLOR is honoured.
    let log = fmt::layer().with_writer(io::stderr);
    let log = if io::stderr().is_terminal() { log } else { log.with_ansi(false) };
    let log = log.with_filter(audited(filter.from_env_lossy()));
    let log = log.with_filter(Refusals { are_logged: std::env::var_os(RUST_LOG).is_some() });
    let log = log.with_filter(filter_fn(|metadata| metadata.target() != spans::TARGET));
    tracing_subscriber::registry().with(spans.layer()).with(log).init();
    if let Err(error) = asked {
        tracing::warn!(%error, "no spans are exported");
    }
    spans
}

/// The same filter, which lets an operator's actions through unless `RUST_LOG` is set.
fn audited(filter: EnvFilter) -> EnvFilter {
    let directive = format!("{}=info", audit::TARGET).parse();
    match (std::env::var_os(RUST_LOG), directive) {
        (None, Ok(directive)) => filter.add_directive(directive),
        _ => filter,
    }
}

/// Whether the engine's refusals are logged: `trip up` expects all those that it causes.
struct Refusals {
    are_logged: bool,
}

impl<S> Filter<S> for Refusals {
    fn enabled(&self, _: &Metadata<'_>, _: &Context<'_, S>) -> bool {
        true
    }

    fn event_enabled(&self, event: &Event<'_>, _: &Context<'_, S>) -> bool {
        self.are_logged || !local::is_refusal(event)
    }
}
