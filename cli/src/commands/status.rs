//! `trip status`: everything that an operator looks at first, on one screen.

mod report;

use std::process::ExitCode;

use operator::status;

use crate::address::Address;
use crate::output::Output;

/// Where to look.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    address: Address,
}

pub(crate) async fn run(args: &Args, output: &Output) -> anyhow::Result<ExitCode> {
    let at = args.address.installation().await?;
    let spinner = output.spinner("looking at tables, executions and consumers".to_owned());
    let status = status::look(&at).await?;
    drop(spinner);
    output.show(&status, report::text)?;
    Ok(if status.is_well() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
