//! `trip timeline`: a trip's events in order.

use std::process::ExitCode;

use super::one_trip::Args;
use crate::client::Api;
use crate::output::Output;
use crate::render::timeline;

pub(crate) async fn run(args: &Args, output: &Output) -> anyhow::Result<ExitCode> {
    let answer = Api::new(&args.api)?.timeline(&args.trip).await?;
    output.answer(&answer, timeline::render)?;
    Ok(ExitCode::SUCCESS)
}
