//! `trip book`: starts a booking, and with --wait waits for its end.

mod wait;

use std::fs;
use std::io::{self, IsTerminal};
use std::process::ExitCode;
use std::time::Duration;

use anyhow::Context;
use domain::TripStatus;
use operator::hint;

use super::one_trip::Accepted;
use crate::client::{Api, ApiArgs};
use crate::output::Output;
use crate::palette::Palette;
use crate::render::trip::{self, Trip};
use crate::report::Misuse;

/// The file name that stands for standard input.
const STDIN: &str = "-";

/// What to book.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The file with the booking; - reads standard input
    #[arg(value_name = "FILE")]
    file: String,
    /// Wait for the booking's end; exit with 1 unless the trip is confirmed
    #[arg(long)]
    wait: bool,
    /// Wait at most so many seconds
    #[arg(long, value_name = "SECONDS", default_value = "60", requires = "wait")]
    timeout: u64,
    #[command(flatten)]
    api: ApiArgs,
}

pub(crate) async fn run(args: &Args, output: &Output) -> anyhow::Result<ExitCode> {
    let body = read(&args.file, output)?;
    let api = Api::new(&args.api)?;
    let answer = api.book(body).await?;
    if !args.wait {
        output.answer(&answer, render)?;
        return Ok(ExitCode::SUCCESS);
    }
    let accepted: Accepted = answer.read()?;
    let patience = Duration::from_secs(args.timeout);
    let answer = wait::for_end(&api, &accepted.trip_id, patience, output).await?;
    output.answer(&answer, trip::render)?;
    Ok(exit_code(answer.read::<Trip>()?.status))
}

fn read(file: &str, output: &Output) -> anyhow::Result<String> {
    if file != STDIN {
        let content = fs::read_to_string(file);
        return content.map_err(|error| Misuse(format!("cannot read {file}: {error}")).into());
    }
    if io::stdin().is_terminal() {
        output.remark("reading the booking from the terminal; Ctrl-D ends it");
    }
    io::read_to_string(io::stdin()).context("cannot read standard input")
}

fn render(accepted: &Accepted, palette: Palette) -> String {
    let next = ["get", "timeline"].map(|command| hint::about(command, &accepted.trip_id));
    accepted.render(&next, palette)
}

/// Waiting for a booking that is not confirmed is a failure, and a script must see that.
fn exit_code(end: TripStatus) -> ExitCode {
    if end == TripStatus::Confirmed { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::commands::one_trip::tests::accepted;

    #[test]
    fn a_started_booking_says_how_to_follow_it() {
        assert_eq!(
            render(&accepted(TripStatus::Pending), Palette::PLAIN),
            "t-1  PENDING\n\n  trip get t-1\n  trip timeline t-1"
        );
    }

    #[test]
    fn only_a_confirmed_trip_is_a_success() {
        for status in TripStatus::ALL {
            let success = exit_code(*status) == ExitCode::SUCCESS;
            assert_eq!(success, *status == TripStatus::Confirmed, "{status}");
        }
    }
}
