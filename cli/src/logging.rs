//! The log: on standard error, so that results stay apart from it. The spans of `trip up` go where
//! OpenTelemetry's variables say.

use std::io::{self, IsTerminal};

use lambda_kit::config::Config;
use lambda_kit::spans::{self, Spans};
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Layer, fmt};

use crate::args::Command;

/// Logs what is at least as grave as the command asks for, or what `RUST_LOG` does.
pub(crate) fn init(command: &Command) -> Spans {
    let asked = match command {
        Command::Up(_) => Spans::from_config(&Config::from_env()),
        _ => Ok(Spans::default()),
    };
    let spans = asked.clone().unwrap_or_default();
    let filter = EnvFilter::builder().with_default_directive(command.log_level().into());
    // Without a terminal there are no colours; with one, NO_COLOR is honoured.
    let log = fmt::layer().with_writer(io::stderr);
    let log = if io::stderr().is_terminal() { log } else { log.with_ansi(false) };
    let log = log.with_filter(filter.from_env_lossy());
    let log = log.with_filter(filter_fn(|metadata| metadata.target() != spans::TARGET));
    tracing_subscriber::registry().with(spans.layer()).with(log).init();
    if let Err(error) = asked {
        tracing::warn!(%error, "no spans are exported");
    }
    spans
}
