//! `trip outbox`: the events that are not published, and what an operator does with the parked
//! ones.

mod change;
mod list;

use std::process::ExitCode;

use clap::Subcommand;
use operator::outbox::Change;

use crate::output::Output;

/// The events that are not published.
#[derive(Debug, clap::Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct Args {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    list: list::List,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// List the events that are not published: pending ones and parked ones
    List(list::List),
    /// Make parked events pending again
    ///
    /// The next sweep publishes them; an event younger than the sweeper's grace period, 15 minutes
    /// unless configured, waits until it is that old.
    Redrive(change::Args),
    /// Give parked events up: they are never published
    ///
    /// They stay in the table, to explain the gap in their trips' published events.
    Discard(change::Args),
}

pub(crate) async fn run(args: &Args, output: &Output) -> anyhow::Result<ExitCode> {
    match &args.command {
        None => list::run(&args.list, output).await,
        Some(Command::List(args)) => list::run(args, output).await,
        Some(Command::Redrive(args)) => change::run(Change::Redrive, args, output).await,
        Some(Command::Discard(args)) => change::run(Change::Discard, args, output).await,
    }
}
