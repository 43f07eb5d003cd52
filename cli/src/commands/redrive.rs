//! `trip redrive`: continues the execution of a trip where it failed.

use std::process::ExitCode;

use domain::TripId;
use operator::mend::{self, Done};

use crate::address::Address;
use crate::output::Output;
use crate::palette::Palette;

/// Which trip to continue, here and for `trip compensate`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The trip's id
    #[arg(value_name = "ID", allow_hyphen_values = true, value_parser = TripId::parse)]
    pub(super) trip: TripId,
    /// Tell what would be done, and do nothing
    #[arg(long)]
    pub(super) dry_run: bool,
    #[command(flatten)]
    pub(super) address: Address,
}

pub(crate) async fn run(args: &Args, output: &Output) -> anyhow::Result<ExitCode> {
    let at = args.address.installation().await?;
    let done = mend::redrive(&at, &args.trip, args.dry_run).await?;
    output.show(&done, |done, palette| text(done, "redriven", palette))?;
    Ok(ExitCode::SUCCESS)
}

/// What was `done` to the trip, followed by the command to type next.
pub(super) fn text(
    Done { trip_id, dry_run, execution }: &Done,
    done: &str,
    palette: Palette,
) -> String {
    let would = if *dry_run { "would be " } else { "" };
    let next = palette.code(operator::hint::about("get", trip_id));
    format!("{}  {would}{done}: {execution}\n\n  {next}", palette.strong(trip_id))
}
