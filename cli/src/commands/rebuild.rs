//! `trip rebuild`: brings the search view up to the write table.

mod report;

use std::future::ready;
use std::process::ExitCode;

use anyhow::bail;
use domain::TripId;
use futures::stream::BoxStream;
use futures::{FutureExt, StreamExt};
use projector::{Rebuilt, Rehearsal, View, rebuild};
use store::StoreError;
use store::view::SearchRow;

use super::tables::{LiveTables, TablesArgs};
use crate::output::Output;
use crate::render::count;
use report::Report;

/// What to rebuild.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Rebuild this trip's row only
    #[arg(long, value_name = "ID", value_parser = TripId::parse)]
    trip: Option<TripId>,
    /// Tell what would be written, and write nothing
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    tables: TablesArgs,
}

/// What the view is to show.
type Trips = BoxStream<'static, Result<SearchRow, StoreError>>;

pub(crate) async fn run(args: &Args, output: &Output) -> anyhow::Result<ExitCode> {
    let tables = LiveTables::of(&args.tables).await;
    let trips = match &args.trip {
        Some(trip) => one(&tables, trip).await?,
        None => tables.all_trips().boxed(),
    };
    let spinner = output.spinner("reading the write table".to_owned());
    let tell = |sofar: &Rebuilt| spinner.say(progress(sofar));
    let rebuilt = rebuild(trips, &*view(&tables, args.dry_run), tell).await;
    drop(spinner);
    let report = Report::of(rebuilt.map_err(|error| tables.failed(error))?, args.dry_run);
    output.show(&report, Report::text)?;
    Ok(if report.is_whole() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// One trip. That it cannot be read is a finding; that there is none is an error.
async fn one(tables: &LiveTables, id: &TripId) -> anyhow::Result<Trips> {
    let trip = match tables.trip(id).await {
        Ok(Some(trip)) => Ok(trip),
        Ok(None) => bail!("the write table knows no trip {id}"),
        Err(error) => Err(error),
    };
    Ok(ready(trip).into_stream().boxed())
}

fn view(tables: &LiveTables, dry_run: bool) -> Box<dyn View> {
    if dry_run { Box::new(Rehearsal::of(tables.view())) } else { Box::new(tables.view()) }
}

fn progress(sofar: &Rebuilt) -> String {
    format!("{} read, {} written", count(sofar.read, "trip"), count(sofar.written, "row"))
}
