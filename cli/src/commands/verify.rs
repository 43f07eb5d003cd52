//! `trip verify`: compares the search view with the write table.

mod report;
mod settle;

use std::process::ExitCode;

use domain::{Clock, TripId};
use lambda_kit::clock::SystemClock;
use store::view::Verification;

use super::tables::LiveTables;
use crate::operator::Address;
use crate::output::Output;
use report::Report;

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
    let tables = LiveTables::of(&args.address).await?;
    show(settle::one(&tables, trip).await?, &tables, output)
}

/// Compares the whole view with the write table.
pub(super) async fn all(address: &Address, output: &Output) -> anyhow::Result<ExitCode> {
    let tables = LiveTables::of(address).await?;
    let report = settle::all(&tables, output).await?;
    note(&tables, &report).await?;
    show(report, &tables, output)
}

fn show(report: Report, tables: &LiveTables, output: &Output) -> anyhow::Result<ExitCode> {
    let report = report.at(&tables.at.place().option());
    output.show(&report, Report::text)?;
    Ok(if report.is_clean() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Remembers the comparison of the whole view, for `trip status`.
async fn note(tables: &LiveTables, report: &Report) -> anyhow::Result<()> {
    let verification = Verification {
        verified_at: SystemClock.now(),
        trips: report.trips as u64,
        rows: report.rows as u64,
        findings: report.differences.len() as u64,
    };
    let noted = tables.at.view.note_verification(&verification).await;
    noted.map_err(|error| tables.failed(error))
}
