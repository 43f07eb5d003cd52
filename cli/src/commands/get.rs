//! `trip get`: one trip in its present state.

use std::process::ExitCode;

use super::one_trip::Args;
use crate::client::Api;
use crate::output::Output;
use crate::render::trip;

pub(crate) async fn run(args: &Args, output: &Output) -> anyhow::Result<ExitCode> {
    let answer = Api::new(&args.api)?.trip(&args.trip).await?;
    output.answer(&answer, trip::render)?;
    Ok(ExitCode::SUCCESS)
}
