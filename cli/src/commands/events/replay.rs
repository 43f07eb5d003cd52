//! `trip events replay`: what an ordered bus keeps, to an HTTP address, by a subscriber that begins
//! in the past.

mod report;

use std::process::ExitCode;
use std::time::Duration;

use local::SubscriberState;
use serde_json::Value;
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

use crate::client::{Endpoint, OrderedBus, Wanted};
use crate::commands::signals::stop_on_a_signal;
use crate::commands::since::Since;
use crate::output::{Output, Spinner};
use report::Report;

/// How often to look at where the subscriber is.
const LOOK_EVERY: Duration = Duration::from_millis(250);

/// What to send, and where to.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Begin here: at a time, or so long ago (10m, 1h30m); with the first event that the bus keeps,
    /// unless it is given
    #[arg(long, value_name = "TIME")]
    from: Option<Since>,
    /// Where to send each event: http or https
    #[arg(long, value_name = "URL")]
    to: Endpoint,
    /// Only events that match this EventBridge pattern
    #[arg(long, value_name = "JSON", value_parser = json)]
    pattern: Option<String>,
    /// Go on with new events as they come, until Ctrl-C
    #[arg(long)]
    follow: bool,
    /// Where the AWS services of the running system are
    #[arg(
        long,
        value_name = "URL",
        env = "TRIP_AWS_ENDPOINT",
        default_value = "http://127.0.0.1:8081"
    )]
    aws_endpoint: Endpoint,
}

/// The bus checks the meaning of the pattern.
fn json(text: &str) -> Result<String, serde_json::Error> {
    serde_json::from_str::<Value>(text).map(|_| text.to_owned())
}

pub(crate) async fn run(args: &Args, output: &Output) -> anyhow::Result<ExitCode> {
    let bus = OrderedBus::find(&args.aws_endpoint).await?;
    let stop = stop_on_a_signal()?;
    let from = args.from.map(|Since(time)| time);
    let wanted = Wanted {
        from,
        to: args.to.url().to_string(),
        pattern: args.pattern.clone(),
        follow: args.follow,
    };
    let subscriber = bus.subscribe(wanted).await?;
    let spinner = output.spinner(String::new());
    let watched = watch(&bus, &subscriber, args.follow, &stop, output, &spinner).await;
    drop(spinner);
    // Also after a failure: nobody else would delete it.
    let ended = bus.delete(&subscriber).await;
    let report = watched?;
    output.show(&report, |report, palette| report.text(palette))?;
    ended.map(|()| ExitCode::SUCCESS)
}

/// Starts the subscriber, and tells where it is until it has come to its end, or the person stops
/// it.
async fn watch(
    bus: &OrderedBus,
    subscriber: &str,
    follow: bool,
    stop: &CancellationToken,
    output: &Output,
    spinner: &Spinner,
) -> anyhow::Result<Report> {
    let (total, mut told) = (bus.standing(subscriber).await?.lag, None);
    bus.start(subscriber).await?;
    loop {
        let standing = bus.standing(subscriber).await?;
        let left = standing.lag;
        let settled = (!follow).then(|| total.saturating_sub(left));
        let report = Report::progress(standing.position, settled, left);
        if told != Some(left) {
            told = Some(left);
            spinner.say(report.text(output.palette()));
            if output.is_json() {
                output.json(&report)?;
            }
            if follow && left == 0 {
                output.remark("caught up; new events follow; Ctrl-C ends it");
            }
        }
        if standing.state == SubscriberState::Stopped {
            return Ok(report.caught_up());
        }
        if stop.run_until_cancelled(sleep(LOOK_EVERY)).await.is_none() {
            return Ok(report.stopped());
        }
    }
}
