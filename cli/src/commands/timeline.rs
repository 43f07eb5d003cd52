//! `trip timeline`: a trip's events in order.

use std::process::ExitCode;

use domain::TripId;

use crate::client::{Api, ApiArgs};
use crate::output::Output;
use crate::render::timeline;

/// Whose events to list.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The trip's id
    #[arg(value_name = "ID", allow_hyphen_values = true, value_parser = TripId::parse)]
    trip: TripId,
    #[command(flatten)]
    api: ApiArgs,
}

pub(crate) async fn run(args: &Args, output: &Output) -> anyhow::Result<ExitCode> {
    let answer = Api::new(&args.api)?.timeline(&args.trip).await?;
    output.answer(&answer, timeline::render)?;
    Ok(ExitCode::SUCCESS)
}
