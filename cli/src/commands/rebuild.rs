//! `trip rebuild`: brings the search view up to the write table.

mod report;

use std::process::ExitCode;

use anyhow::Context;
use domain::TripId;
use projector::{Powers, Rebuild, Rebuilt};

use super::tables::{LiveTables, TablesArgs};
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
    tables: TablesArgs,
}

pub(crate) async fn run(args: &Args, output: &Output) -> anyhow::Result<ExitCode> {
    let tables = LiveTables::of(&args.tables).await;
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
    output.show(&Report::of(rebuilt, args.dry_run), Report::text)?;
    Ok(if is_whole { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

async fn one(rebuild: &Rebuild, trip: &TripId, tables: &LiveTables) -> anyhow::Result<Rebuilt> {
    let rebuilt = rebuild.one(trip).await.map_err(|error| tables.failed(error))?;
    rebuilt.with_context(|| format!("neither the write table nor the view knows a trip {trip}"))
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
