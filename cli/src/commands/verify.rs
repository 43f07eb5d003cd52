//! `trip verify`: compares the search view with the write table.

mod report;
mod settle;

use std::process::ExitCode;

use domain::TripId;

use super::tables::{LiveTables, TablesArgs};
use crate::output::Output;
use report::Report;

/// What to compare.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Compare this trip only
    #[arg(long, value_name = "ID", allow_hyphen_values = true, value_parser = TripId::parse)]
    trip: Option<TripId>,
    #[command(flatten)]
    tables: TablesArgs,
}

pub(crate) async fn run(args: &Args, output: &Output) -> anyhow::Result<ExitCode> {
    let tables = LiveTables::of(&args.tables).await;
    let report = match &args.trip {
        Some(trip) => settle::one(&tables, trip).await?,
        None => settle::all(&tables, output).await?,
    };
    output.show(&report, Report::text)?;
    Ok(if report.is_clean() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
