//! The `trip` command: runs the whole system on this machine, and calls it.
//!
//! `args` defines the command line; each command is in its own module under `commands`, calls the
//! system through [`client`], and shows the answer through `render`. Results go to an [`Output`],
//! for a person or as JSON; errors go to standard error.

mod address;
mod args;
pub mod bus;
pub mod client;
mod commands;
pub mod cost;
pub mod demo;
mod logging;
mod output;
mod palette;
mod render;
mod report;

use std::ffi::OsString;
use std::process::ExitCode;

use anyhow::Context;
use clap::FromArgMatches;

use args::Cli;

pub use output::{Output, Spinner};
pub use palette::Palette;

/// Runs the command of the process's arguments. Exits with 0 on success, 1 when the command failed
/// or found something wrong, 2 when the arguments are not valid, and 3 when what they name does not
/// exist.
pub fn main(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let arguments: Vec<_> = args::with_help_in_full(arguments).collect();
    let wants_json = arguments.iter().any(|argument| argument == "--json");
    let asked = args::command().try_get_matches_from(arguments);
    let asked = asked.and_then(|matches| Cli::from_arg_matches(&matches));
    match asked {
        Ok(cli) => {
            let json = cli.json;
            run(cli).unwrap_or_else(|error| report::failure(&error, json))
        }
        Err(error) => report::misuse(&error, wants_json),
    }
}

fn run(cli: Cli) -> anyhow::Result<ExitCode> {
    let spans = logging::init(&cli.command);
    let runtime = tokio::runtime::Runtime::new().context("cannot start the async runtime")?;
    let output = Output::new(cli.json);
    let end = runtime.block_on(commands::run(cli.command, spans, &output));
    // Threads that still block must not delay the end.
    runtime.shutdown_background();
    end
}
