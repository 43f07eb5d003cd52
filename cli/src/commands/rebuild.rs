//! `trip rebuild`: brings the search view up to the write table.

mod report;

use std::process::ExitCode;

use domain::TripId;
use operator::pass::Checkpoint;
use operator::rebuild::{self, Powers, Report};

use super::checkpoint;
use crate::address::Address;
use crate::output::Output;
use crate::render::count;

/// What to rebuild.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Rebuild this trip's row only
    #[arg(long, value_name = "ID", allow_hyphen_values = true, value_parser = TripId::parse)]
    trip: Option<TripId>,
    /// Replace rows too that say something else than their trip, are ahead of it, or cannot be read
    #[arg(long)]
    force: bool,
    /// Remove rows that have no trip
    #[arg(long)]
    remove_orphans: bool,
    /// Tell what would be written, and write nothing
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    pass: checkpoint::PassArgs,
    #[command(flatten)]
    address: Address,
}

pub(crate) async fn run(args: &Args, output: &Output) -> anyhow::Result<ExitCode> {
    let at = args.address.installation().await?;
    let view = at.view_in(args.pass.table.as_deref()).await?;
    let (keeper, from) = args.pass.begin()?;
    let spinner = output.spinner("reading the write table".to_owned());
    let told = |sofar: &Checkpoint<Report>| {
        spinner.say(progress(&sofar.found));
        keeper.keep(sofar)
    };
    let (powers, how) = (args.powers(), args.pass.how());
    let report = match &args.trip {
        Some(trip) => rebuild::one(&at, &view, trip, powers).await?,
        None => rebuild::all(&at, &view, powers, how, from, &told).await?,
    };
    drop(spinner);
    if args.trip.is_none() {
        keeper.end()?;
    }
    output.show(&report, report::text)?;
    Ok(if report.is_whole() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

impl Args {
    fn powers(&self) -> Powers {
        let Self { force, remove_orphans, dry_run, .. } = *self;
        Powers { force, remove_orphans, dry_run }
    }
}

fn progress(sofar: &Report) -> String {
    format!("{} read, {} written", count(sofar.read, "trip"), count(sofar.written, "row"))
}
