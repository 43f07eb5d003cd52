//! `trip rebuild`: brings the search view up to the write table.

mod report;

use std::process::ExitCode;

use domain::TripId;
use projector::{Powers, Rebuild, Rebuilt};

use super::tables::LiveTables;
use crate::failure::NotFound;
use crate::operator::{Address, audit};
use crate::output::Output;
use crate::render::count;
use report::Report;

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
    address: Address,
}

pub(crate) async fn run(args: &Args, output: &Output) -> anyhow::Result<ExitCode> {
    let tables = LiveTables::of(&args.address).await?;
    let rebuild = tables.rebuild(args.powers());
    let spinner = output.spinner("reading the write table".to_owned());
    let rebuilt = match &args.trip {
        Some(trip) => one(&rebuild, trip, &tables).await?,
        None => {
            let rebuilt = rebuild.all(|sofar| spinner.say(progress(sofar))).await;
            rebuilt.map_err(|error| tables.failed(error))?
        }
    };
    drop(spinner);
    let is_whole = rebuilt.is_whole();
    if !args.dry_run {
        let subject = args.trip.as_ref().map_or("the view", TripId::as_str);
        let Rebuilt { written, removed, .. } = rebuilt;
        let outcome = format!("{written} rows written, {removed} removed");
        audit::note(&tables.at, "rebuild", subject, outcome);
    }
    let option = tables.at.place().option();
    output.show(&Report::of(rebuilt, args.dry_run, &option), Report::text)?;
    Ok(if is_whole { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

async fn one(rebuild: &Rebuild, trip: &TripId, tables: &LiveTables) -> anyhow::Result<Rebuilt> {
    let rebuilt = rebuild.one(trip).await.map_err(|error| tables.failed(error))?;
    rebuilt.ok_or_else(|| NotFound::trip(trip).into())
}

impl Args {
    fn powers(&self) -> Powers {
        let Self { force, remove_orphans, dry_run, .. } = *self;
        Powers { force, remove_orphans, dry_run }
    }
}

fn progress(sofar: &Rebuilt) -> String {
    format!("{} read, {} written", count(sofar.read, "trip"), count(sofar.written, "row"))
}
