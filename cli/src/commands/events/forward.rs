//! `trip events forward`: the bus's events to an HTTP address, one after the other.

mod courier;
mod report;
#[cfg(test)]
mod tests;

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use domain::Clock;
use event_delivery::{DeadLetterFile, Destination, RetryPolicy, Sender};
use futures::TryStreamExt;
use lambda_kit::clock::SystemClock;
use tokio_util::sync::CancellationToken;

use super::source::{Beginning, Source};
use crate::client::{Archive, Endpoint, Lines};
use crate::commands::signals::stop_on_a_signal;
use crate::output::Output;
use courier::{Archived, Courier, Fate};
use report::{Progress, Report, Tally};

/// A target may be away for two minutes, as for a restart, and misses nothing. The help of the
/// command tells these.
const POLICY: RetryPolicy = RetryPolicy {
    retries: 19,
    age: Duration::MAX,
    first: Duration::from_millis(500),
    longest: Duration::from_secs(10),
    longest_asked: Duration::from_secs(5 * 60),
    jitter: false,
};

/// What to send, and where to.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Where to send each event: http or https
    #[arg(long, value_name = "URL")]
    to: Endpoint,
    #[command(flatten)]
    source: Source,
    /// Where to write the events that could not be delivered, one a line
    #[arg(long, value_name = "FILE", default_value = "dead-letters.jsonl")]
    dead_letters: PathBuf,
}

pub(crate) async fn run(args: &Args, output: &Output) -> anyhow::Result<ExitCode> {
    let beginning = args.source.beginning().unwrap_or_else(|| Beginning::Since(SystemClock.now()));
    let follow = [("follow", "true".to_owned())];
    let parameters: Vec<_> = args.source.parameters(Some(beginning)).chain(follow).collect();
    let courier = args.courier()?;
    let mut lines = Archive::new(&args.source.aws_endpoint)?.events(&parameters).await?;
    let stop = stop_on_a_signal()?;
    output.remark("forwarding events; Ctrl-C stops");
    let mut tally = Tally::new(beginning);
    let tell = |report: &Report<'_>| output.show(report, |report, palette| report.text(palette));
    let ended = forward(&mut lines, &courier, &stop, &mut tally, tell).await;
    // Also after a failure: what is settled stays settled.
    output.show(&tally, |tally, palette| tally.text(palette))?;
    ended.map(|()| ExitCode::SUCCESS)
}

impl Args {
    fn courier(&self) -> anyhow::Result<Courier> {
        let clock = Arc::new(SystemClock);
        Ok(Courier {
            sender: Sender::new(Sender::PATIENCE, clock.clone())?,
            to: Destination::http(self.to.url()),
            policy: POLICY,
            dead_letters: DeadLetterFile::at(&self.dead_letters),
            clock,
        })
    }
}

/// Settles each event before the next, until the events end or it is told to stop.
async fn forward(
    lines: &mut Lines,
    courier: &Courier,
    stop: &CancellationToken,
    tally: &mut Tally,
    mut tell: impl FnMut(&Report<'_>) -> std::io::Result<()>,
) -> anyhow::Result<()> {
    while let Some(next) = stop.run_until_cancelled(lines.try_next()).await {
        let Some(line) = next? else { break };
        let event: Archived<'_> = serde_json::from_str(&line)?;
        let mut say = |progress: Progress<'_>| tell(&Report::new(event.position, progress, &line));
        match courier.carry(&event, stop, &mut say).await? {
            Fate::Delivered => tally.delivered(event.position),
            Fate::Dead => tally.dead(event.position),
            Fate::Unsettled => break,
        }
    }
    Ok(())
}
