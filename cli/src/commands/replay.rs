//! `trip replay`: hands the records that the stream holds to a consumer again.

use std::num::NonZeroU32;
use std::process::ExitCode;

use operator::Pace;
use operator::consumers::Consumer;
use operator::replay::{self, Report, Request};

use super::consumer;
use super::since::Since;
use crate::address::Address;
use crate::output::Output;
use crate::palette::Palette;
use crate::render::count;
use crate::report::Misuse;

/// What to replay, and to whom.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The consumer that gets the records again
    #[arg(long, value_name = "CONSUMER", value_parser = consumer::parser())]
    to: Consumer,
    /// Only records written at this time or later, or within so long (10m, 1h30m)
    #[arg(long, value_name = "TIME")]
    since: Option<Since>,
    /// Hand over at most so many records a second
    #[arg(long, value_name = "N")]
    rate: Option<NonZeroU32>,
    /// Publish the events again, though subscribers have had them: each is marked as a replay
    #[arg(long)]
    publish: bool,
    /// Count the records, and hand over nothing
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    address: Address,
}

pub(crate) async fn run(args: &Args, output: &Output) -> anyhow::Result<ExitCode> {
    if let Some(contradiction) = args.contradiction() {
        return Err(Misuse(contradiction.to_owned()).into());
    }
    let at = args.address.installation().await?;
    output.remark("a replay is one more reader of the stream: it may slow the consumers down");
    let spinner = output.spinner("reading the stream".to_owned());
    let progress = |read| spinner.say(format!("{} read", count(read, "record")));
    let report = replay::run(&at, args.request(), Pace::of(args.rate), progress).await?;
    drop(spinner);
    output.show(&report, text)?;
    Ok(ExitCode::SUCCESS)
}

impl Args {
    fn request(&self) -> Request {
        let Self { to, publish, dry_run, .. } = *self;
        Request { to, since: self.since.map(|Since(time)| time), publish, dry_run }
    }

    /// What the arguments contradict. A replay to the dispatcher reaches every subscriber, so it
    /// must be meant.
    fn contradiction(&self) -> Option<&'static str> {
        match (self.to, self.publish) {
            (Consumer::Dispatcher, false) => Some(
                "a replay to the dispatcher publishes events again to every subscriber; add \
                 --publish if that is meant",
            ),
            (Consumer::Projector, true) => {
                Some("the projector publishes nothing: leave --publish out")
            }
            _ => None,
        }
    }
}

fn text(report: &Report, _: Palette) -> String {
    let Report { to, dry_run, read, handed_over } = report;
    let would = if *dry_run { "would be " } else { "" };
    format!("{} read: {handed_over} {would}handed to the {to}", count(*read, "record"))
}
