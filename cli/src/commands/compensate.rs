//! `trip compensate`: runs the compensation chain anew for a trip that is stuck.

use std::process::ExitCode;

use operator::mend;

use super::redrive::{Args, text};
use crate::output::Output;

pub(crate) async fn run(args: &Args, output: &Output) -> anyhow::Result<ExitCode> {
    let at = args.address.installation().await?;
    let done = mend::compensate(&at, &args.trip, args.dry_run).await?;
    output.show(&done, |done, palette| text(done, "compensated by", palette))?;
    Ok(ExitCode::SUCCESS)
}
