//! `trip get`: one trip as it stands.

use std::process::ExitCode;

use domain::TripId;

use crate::client::{Api, ApiArgs};
use crate::output::Output;
use crate::render::trip;

/// Which trip to show.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The trip's id
    #[arg(value_name = "ID", allow_hyphen_values = true, value_parser = TripId::parse)]
    trip: TripId,
    #[command(flatten)]
    api: ApiArgs,
}

pub(crate) async fn run(args: &Args, output: &Output) -> anyhow::Result<ExitCode> {
    let answer = Api::new(&args.api)?.trip(&args.trip).await?;
    output.answer(&answer, trip::render)?;
    Ok(ExitCode::SUCCESS)
}
