//! `trip verify`: compares the search view with the write table.

mod report;
mod settle;
mod tables;

use std::process::ExitCode;

use domain::TripId;

use crate::client::Endpoint;
use crate::output::Output;
use report::Report;
use tables::LiveTables;

/// What to compare.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Compare this trip only
    #[arg(long, value_name = "ID", value_parser = TripId::parse)]
    trip: Option<TripId>,
    /// Where the tables are
    #[arg(
        long,
        value_name = "URL",
        env = "TRIP_DYNAMODB_ENDPOINT",
        default_value = "http://127.0.0.1:8000"
    )]
    dynamodb_endpoint: Endpoint,
}

pub(crate) async fn run(args: &Args, output: &Output) -> anyhow::Result<ExitCode> {
    let tables = LiveTables::at(&args.dynamodb_endpoint).await;
    let report = match &args.trip {
        Some(trip) => settle::one(&tables, trip).await?,
        None => settle::all(&tables, output).await?,
    };
    output.show(&report, Report::text)?;
    Ok(if report.is_clean() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
