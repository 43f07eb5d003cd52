//! The log: on standard error, so that results stay apart from it.

use std::io::{self, IsTerminal};

use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::LevelFilter;

/// Logs what is at least as grave as `level`, or what `RUST_LOG` asks for.
pub(crate) fn init(level: LevelFilter) {
    let filter = EnvFilter::builder().with_default_directive(level.into());
    let log = tracing_subscriber::fmt().with_env_filter(filter.from_env_lossy());
    let log = log.with_writer(io::stderr);
    // Without a terminal there are no colours; with one, NO_COLOR is honoured.
    let log = if io::stderr().is_terminal() { log } else { log.with_ansi(false) };
    log.init();
}
