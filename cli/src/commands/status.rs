//! `trip status`: everything that an operator looks at first, on one screen.

mod report;

use std::process::ExitCode;

use domain::Clock;
use lambda_kit::clock::SystemClock;

use super::in_flight;
use crate::operator::consumers::Consumer;
use crate::operator::{Address, Installation};
use crate::output::Output;
use report::{Reading, Report};

/// The oldest trips in flight are asked for their executions, so many at most.
const TRIPS: usize = 100;

/// Where to look.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    address: Address,
}

pub(crate) async fn run(args: &Args, output: &Output) -> anyhow::Result<ExitCode> {
    let at = Installation::at(&args.address).await?;
    let spinner = output.spinner("looking at tables, executions and consumers".to_owned());
    let report = look(&at).await?;
    drop(spinner);
    let is_well = report.is_well();
    output.show(&report, Report::text)?;
    Ok(if is_well { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

async fn look(at: &Installation) -> anyhow::Result<Report> {
    let unstored = |error| at.place().unstored(error);
    let now = SystemClock.now();
    let counts = at.outbox.open_counts().await.map_err(unstored)?;
    let backlog = at.outbox.backlog().await.map_err(unstored)?;
    let (works, _) = in_flight::before(at, now, TRIPS).await?;
    let verification = at.view.last_verification().await.map_err(unstored)?;
    let mut consumers = Vec::new();
    for consumer in Consumer::ALL {
        let mapping = at.consumers.mapping(consumer).await?;
        consumers.push((consumer, mapping));
    }
    let batches = at.given_up().await?.names().await?.len();
    Ok(Report::of(Reading {
        now,
        counts,
        oldest_pending: backlog.oldest_pending,
        given_up: works.iter().filter(|work| work.given_up).count(),
        consumers,
        batches,
        verification,
        option: at.place().option(),
    }))
}
