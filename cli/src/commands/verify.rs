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
    let Some(trip) = &args.trip else { return all(&args.tables, output).await };
    show(&settle::one(&LiveTables::of(&args.tables).await, trip).await?, output)
}

/// Compares the whole view with the write table.
pub(super) async fn all(tables: &TablesArgs, output: &Output) -> anyhow::Result<ExitCode> {
    show(&settle::all(&LiveTables::of(tables).await, output).await?, output)
}

fn show(report: &Report, output: &Output) -> anyhow::Result<ExitCode> {
    output.show(report, Report::text)?;
    Ok(if report.is_clean() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
