//! `trip verify`: compares the search view with the write table.

mod report;

use std::process::ExitCode;

use domain::TripId;
use operator::Installation;
use operator::pass::Checkpoint;
use operator::verify::{self, Comparison};

use super::checkpoint;
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
    pass: checkpoint::PassArgs,
    #[command(flatten)]
    address: Address,
}

pub(crate) async fn run(args: &Args, output: &Output) -> anyhow::Result<ExitCode> {
    let at = args.address.installation().await?;
    let comparison = match &args.trip {
        None => all(&at, &args.pass, output).await?,
        Some(trip) => {
            let view = at.view_in(args.pass.table.as_deref()).await?;
            verify::one(&at, &view, trip).await?
        }
    };
    show(&comparison, output)
}

/// Compares the view that answers with the write table.
pub(super) async fn live(address: &Address, output: &Output) -> anyhow::Result<ExitCode> {
    let at = address.installation().await?;
    show(&all(&at, &checkpoint::PassArgs::default(), output).await?, output)
}

/// Compares a whole view with the write table.
async fn all(
    at: &Installation,
    pass: &checkpoint::PassArgs,
    output: &Output,
) -> anyhow::Result<Comparison> {
    let view = at.view_in(pass.table.as_deref()).await?;
    let (keeper, from) = pass.begin()?;
    let spinner = output.spinner("reading the write table".to_owned());
    let told = |sofar: &Checkpoint<Comparison>| {
        spinner.say(progress(&sofar.found));
        keeper.keep(sofar)
    };
    let comparison = verify::all(at, &view, pass.how(), from, &told).await?;
    keeper.end()?;
    Ok(comparison)
}

fn show(comparison: &Comparison, output: &Output) -> anyhow::Result<ExitCode> {
    output.show(comparison, report::text)?;
    Ok(if comparison.is_clean() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn progress(sofar: &Comparison) -> String {
    format!("{} and {} compared", count(sofar.trips, "trip"), count(sofar.rows, "row"))
}
