//! The commands, one module each: its arguments, and what it does with them.

pub(crate) mod book;
mod checkpoint;
mod compensate;
pub(crate) mod completions;
mod consumer;
pub(crate) mod cost;
pub(crate) mod events;
mod older_than;
pub(crate) mod on_failure;
pub(crate) mod one_trip;
pub(crate) mod outbox;
pub(crate) mod pause;
pub(crate) mod rebuild;
pub(crate) mod redrive;
pub(crate) mod replay;
pub(crate) mod search;
mod signals;
mod since;
pub(crate) mod status;
pub(crate) mod stream;
pub(crate) mod stuck;
pub(crate) mod timeline;
pub(crate) mod up;
pub(crate) mod verify;

use std::process::ExitCode;

use lambda_kit::spans::Spans;

use crate::args::{self, Command};
use crate::demo;
use crate::output::Output;

/// Runs the command. The functions of `trip up` send their spans to `spans`.
pub(crate) async fn run(
    command: Command,
    spans: Spans,
    output: &Output,
) -> anyhow::Result<ExitCode> {
    match command {
        Command::Up(args) => up::run(&args, spans, output).await,
        Command::Demo(args) => demo::run(&args, output).await,
        Command::Book(args) => book::run(&args, output).await,
        Command::Get(args) => one_trip::get(&args, output).await,
        Command::Timeline(args) => timeline::run(&args, output).await,
        Command::Cancel(args) => one_trip::cancel(&args, output).await,
        Command::Search(args) => search::run(&args, output).await,
        Command::Events(events::Command::Tail(args)) => events::run(&args, output).await,
        Command::Events(events::Command::Forward(args)) => {
            events::forward::run(&args, output).await
        }
        Command::Events(events::Command::Replay(args)) => events::replay::run(&args, output).await,
        Command::Events(events::Command::DeadLetters(command)) => {
            events::dead_letters::run(&command, output).await
        }
        Command::Events(events::Command::Schemas(args)) => events::schemas::run(&args, output),
        Command::Status(args) => status::run(&args, output).await,
        Command::Stuck(args) => stuck::run(&args, output).await,
        Command::Redrive(args) => redrive::run(&args, output).await,
        Command::Compensate(args) => compensate::run(&args, output).await,
        Command::Outbox(args) => outbox::run(&args, output).await,
        Command::OnFailure(command) => on_failure::run(&command, output).await,
        Command::Replay(args) => replay::run(&args, output).await,
        Command::Pause(args) => pause::pause(&args, output).await,
        Command::Resume(args) => pause::resume(&args, output).await,
        Command::Stream(stream::Command::Capture(args)) => {
            stream::capture::run(&args, output).await
        }
        Command::Stream(stream::Command::Replay(args)) => stream::replay::run(&args, output).await,
        Command::Rebuild(args) => rebuild::run(&args, output).await,
        Command::Verify(args) => verify::run(&args, output).await,
        Command::Cost(args) => cost::run(&args, output),
        Command::Completions(args) => completions::run(&args, args::command(), output),
    }
}

#[cfg(test)]
mod tests {
    use clap::{Args, Parser};

    #[derive(Parser)]
    struct Line<A: Args> {
        #[command(flatten)]
        args: A,
    }

    /// Parses a command line without the program's name.
    pub(super) fn parsed<A: Args>(line: &str) -> Result<A, clap::Error> {
        Line::try_parse_from(line.split(' ')).map(|line: Line<A>| line.args)
    }
}
