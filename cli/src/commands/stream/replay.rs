//! `trip stream replay`: captured records to a function, under a schedule.

mod file;
mod product;
mod report;
mod target;

use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use clap::value_parser;
use stream_replay::{Capture, Disturbance, Mishap, Outcome, Plan, Schedule};
use tokio::time::sleep;

use crate::address::Address;
use crate::client::Endpoint;
use crate::commands::verify;
use crate::output::Output;
use crate::report::Misuse;
use report::Report;
use target::{Target, To};

/// The pauses after a failure: the first, doubled each time, up to the longest.
const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// What to replay, to whom, and how.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The captured records
    #[arg(value_name = "FILE", value_parser = file::read, value_hint = clap::ValueHint::FilePath)]
    capture: Arc<Capture>,
    /// Who gets them: a function's name, or an http(s) address
    #[arg(long, value_name = "FUNCTION|URL")]
    to: To,
    /// Where functions are invoked by name; port 9000 of this machine unless given
    #[arg(long, value_name = "URL")]
    invoke_address: Option<Endpoint>,
    /// Let the dispatcher publish the file's events to the bus, again if they were published
    #[arg(long)]
    publish: bool,
    /// What the schedule is drawn from
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// Hand over records that were processed again, at least once
    #[arg(long)]
    duplicate: bool,
    /// Let records of different items change places; those of one item keep their order
    #[arg(long)]
    reorder: bool,
    /// Cut batches at random, and the stream into shards, a child after its parent
    #[arg(long)]
    split: bool,
    /// Throw the answer to the Nth batch away, as if the function had died after its work
    #[arg(long, value_name = "N", value_parser = value_parser!(u32).range(1..))]
    crash_after: Option<u32>,
    /// The most records of a batch
    #[arg(
        long,
        value_name = "N",
        default_value_t = 100,
        value_parser = value_parser!(u32).range(1..=10_000)
    )]
    batch_size: u32,
    /// How often in a row a batch may fail before the replay ends
    #[arg(
        long,
        value_name = "N",
        default_value_t = 3,
        value_parser = value_parser!(u32).range(1..)
    )]
    attempts: u32,
    /// Go on, however often a batch fails, until nothing is left undelivered
    #[arg(long, conflicts_with = "attempts")]
    until_settled: bool,
    /// How many seconds an invocation may take
    #[arg(
        long,
        value_name = "S",
        default_value_t = 60,
        value_parser = value_parser!(u64).range(1..=900)
    )]
    timeout: u64,
    /// Then compare the search view with the write table, as `trip verify` does
    #[arg(long)]
    verify: bool,
    #[command(flatten)]
    address: Address,
}

pub(crate) async fn run(args: &Args, output: &Output) -> anyhow::Result<ExitCode> {
    if let Some(contradiction) = args.contradiction() {
        return Err(Misuse(contradiction.to_owned()).into());
    }
    let target = args.target().await?;
    let mut schedule = args.plan().over(args.capture.records());
    let last_error = deliver(args, &mut schedule, &target, output).await;
    let report = Report::new(args.seed, &schedule, last_error);
    if let Some(batch) = args.crash_after.filter(|batch| report.ended_before(*batch)) {
        output.remark(format!("there was no batch {batch}: no answer was thrown away"));
    }
    output.show(&report, Report::text)?;
    if !report.is_settled() {
        return Ok(ExitCode::FAILURE);
    }
    match args.verify {
        true => verify::live(&args.address, output).await,
        false => Ok(ExitCode::SUCCESS),
    }
}

/// Hands over batch after batch; the last error if it gives up.
async fn deliver(
    args: &Args,
    schedule: &mut Schedule<'_>,
    target: &Target,
    output: &Output,
) -> Option<String> {
    let mut failures = 0;
    while let Some(delivery) = schedule.deliver() {
        let answer = target.invoke(delivery.event()).await;
        if delivery.mishap.is_some_and(Mishap::is_fatal) {
            output.remark(report::lost(&answer, delivery.records.len()));
            schedule.take(&Outcome::Died);
            continue;
        }
        let (outcome, error) = match answer {
            Ok(answer) => {
                let said = report::said(&answer, &delivery);
                (Outcome::Answered(answer), said)
            }
            Err(error) => (Outcome::Died, error),
        };
        if schedule.take(&outcome) {
            failures = 0;
            continue;
        }
        failures += 1;
        output.remark(report::failed(&delivery, &error));
        if failures >= args.attempts && !args.until_settled {
            return Some(error);
        }
        sleep(pause(failures)).await;
    }
    None
}

fn pause(failures: u32) -> Duration {
    let factor = 2_u32.saturating_pow(failures.saturating_sub(1));
    FIRST_PAUSE.saturating_mul(factor).min(LONGEST_PAUSE)
}

impl Args {
    /// What the arguments contradict.
    fn contradiction(&self) -> Option<&'static str> {
        if self.verify && !self.to.is_the_projector() {
            return Some("--verify compares what the projector writes; use it with --to projector");
        }
        (self.to.is_the_dispatcher() && !self.publish).then_some(
            "the dispatcher publishes every event of the file; add --publish if that is meant",
        )
    }

    fn plan(&self) -> Plan {
        let plan = Plan::calm(self.seed).batch_size(self.batch_size as usize);
        let plan = self.disturbances().fold(plan, Plan::with);
        match self.crash_after {
            Some(batch) => plan.loses_answer_of(batch as usize),
            None => plan,
        }
    }

    fn disturbances(&self) -> impl Iterator<Item = Disturbance> {
        let asked = [
            (self.duplicate, Disturbance::Repeat),
            (self.reorder, Disturbance::Reorder),
            (self.split, Disturbance::Split),
            (self.split, Disturbance::Roll),
        ];
        asked.into_iter().filter_map(|(is_asked, disturbance)| is_asked.then_some(disturbance))
    }

    async fn target(&self) -> anyhow::Result<Target> {
        let timeout = Duration::from_secs(self.timeout);
        match (&self.to, &self.invoke_address) {
            (To::Address(address), _) => Target::at(address, address.url(), timeout),
            (To::Own(own), None) => {
                let endpoints = product::Endpoints {
                    dynamodb: self.address.dynamodb_endpoint(),
                    aws: self.address.aws_endpoint(),
                };
                Ok(Target::Own(own.ready(&endpoints).await?, timeout))
            }
            (to, address) => Target::named(to.name(), address.as_ref(), timeout),
        }
    }
}
