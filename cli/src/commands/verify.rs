//! `trip verify`: compares the search view with the write table.

mod report;

use std::process::ExitCode;

use domain::TripId;
use operator::verify::{self, Comparison, Progress};

use crate::address::Address;
use crate::output::Output;
use crate::render::count;

/// What to compare.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Compare this trip only
    #[arg(long, value_name = "ID", allow_hyphen_values = true, value_parser = TripId::parse)]
    trip: Option<TripId>,
    #[command(flatten)]
    address: Address,
}

pub(crate) async fn run(args: &Args, output: &Output) -> anyhow::Result<ExitCode> {
    let Some(trip) = &args.trip else { return all(&args.address, output).await };
    let at = args.address.installation().await?;
    show(&verify::one(&at, trip).await?, output)
}

/// Compares the whole view with the write table.
pub(super) async fn all(address: &Address, output: &Output) -> anyhow::Result<ExitCode> {
    let at = address.installation().await?;
    let spinner = output.spinner("reading the write table".to_owned());
    let comparison = verify::all(&at, |progress| spinner.say(said(progress))).await?;
    drop(spinner);
    show(&comparison, output)
}

fn show(comparison: &Comparison, output: &Output) -> anyhow::Result<ExitCode> {
    output.show(comparison, report::text)?;
    Ok(if comparison.is_clean() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn said(progress: Progress) -> String {
    match progress {
        Progress::Trips(trips) => format!("{} compared", count(trips, "trip")),
        Progress::Rows(rows) => format!("{} compared", count(rows, "row")),
        Progress::Suspects(trips) => format!("reading {trips} trips that differ again"),
    }
}
