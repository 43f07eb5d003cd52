//! `trip on-failure`: the batches of stream records that the consumers gave up.

mod list;
mod redrive;

use std::process::ExitCode;

use clap::Subcommand;

use crate::output::Output;

#[derive(Debug, Subcommand)]
pub enum Command {
    /// List the batches that the consumers gave up
    List(list::Args),
    /// Hand batches to their functions again, and remove those that were processed
    ///
    /// That is safe at any time: the projector writes no older version over a newer one, and the
    /// dispatcher asks which of old events are still pending.
    Redrive(redrive::Args),
}

pub(crate) async fn run(command: &Command, output: &Output) -> anyhow::Result<ExitCode> {
    match command {
        Command::List(args) => list::run(args, output).await,
        Command::Redrive(args) => redrive::run(args, output).await,
    }
}
