//! `trip stuck`: trips in flight for too long, and events that wait for too long.

mod report;

use std::process::ExitCode;

use futures::TryStreamExt;
use store::outbox::OutboxStatus;

use super::in_flight;
use super::older_than::OlderThan;
use crate::operator::consumers::Consumer;
use crate::operator::{Address, Installation};
use crate::output::Output;
use report::{Report, Waiting};

/// What counts as stuck.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// What has been in flight or pending for this long: 10m, 1h30m; 0s for all
    #[arg(long, value_name = "DURATION", default_value = "10m")]
    older_than: OlderThan,
    /// Look at so many trips at most, the oldest
    #[arg(long, value_name = "N", default_value_t = 100)]
    limit: usize,
    #[command(flatten)]
    address: Address,
}

pub(crate) async fn run(args: &Args, output: &Output) -> anyhow::Result<ExitCode> {
    let at = Installation::at(&args.address).await?;
    let spinner = output.spinner("reading the index of open work".to_owned());
    let (trips, all) = in_flight::before(&at, args.older_than.cutoff(), args.limit).await?;
    let pending = waiting(&at, args.older_than).await?;
    drop(spinner);
    let report = Report::of(trips, all, pending, at.place().option());
    let is_clean = report.is_clean();
    output.show(&report, Report::text)?;
    Ok(if is_clean { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// The events that wait for too long, and why they may.
async fn waiting(at: &Installation, older_than: OlderThan) -> anyhow::Result<Option<Waiting>> {
    let mut pages = std::pin::pin!(at.outbox.open(OutboxStatus::Pending, older_than.cutoff()));
    let (mut events, mut oldest) = (0, None);
    while let Some(page) = pages.try_next().await.map_err(|error| at.place().unstored(error))? {
        events += page.records.len() + page.unreadable.len();
        oldest = page.records.iter().map(|event| event.occurred_at).chain(oldest).min();
    }
    if events == 0 {
        return Ok(None);
    }
    let dispatcher = at.consumers.mapping(Consumer::Dispatcher).await?;
    let option = at.place().option();
    let mend = dispatcher.is_paused().then(|| format!("trip resume dispatcher{option}"));
    Ok(Some(Waiting { events, oldest, dispatcher: dispatcher.state, mend }))
}
