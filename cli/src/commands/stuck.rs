//! `trip stuck`: trips in flight for too long, and events that wait for too long.

mod report;

use std::process::ExitCode;

use operator::stuck;

use super::older_than::OlderThan;
use crate::address::Address;
use crate::output::Output;

/// What counts as stuck.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// What has been in flight or pending for this long: 10m, 1h30m; 0s for all. A trip on which
    /// nothing works is stuck at any age
    #[arg(long, value_name = "DURATION", default_value = "10m")]
    older_than: OlderThan,
    /// Look at so many trips in flight at most, the oldest
    #[arg(long, value_name = "N", default_value_t = 100)]
    limit: usize,
    #[command(flatten)]
    address: Address,
}

pub(crate) async fn run(args: &Args, output: &Output) -> anyhow::Result<ExitCode> {
    let at = args.address.installation().await?;
    let spinner = output.spinner("reading the index of open work".to_owned());
    let stuck = stuck::look(&at, args.older_than.cutoff(), args.limit).await?;
    drop(spinner);
    let option = at.place().option();
    output.show(&stuck, |stuck, palette| report::text(stuck, &option, palette))?;
    Ok(if stuck.is_clean() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
