//! `trip replay`: hands the records that the stream holds to a consumer again.

use std::collections::HashSet;
use std::num::NonZeroU32;
use std::process::ExitCode;

use anyhow::Context;
use aws_sdk_dynamodbstreams::Client;
use domain::{Clock, Timestamp};
use event_source_mapping::Filters;
use lambda_kit::clock::SystemClock;
use serde::Serialize;
use serde_json::{Value, json};
use store::keys;
use store::outbox::OutboxKey;
use stream_replay::{Captured, StartingPosition, StreamReader};

use super::since::Since;
use crate::operator::consumers::{Consumer, Mapping};
use crate::operator::{Address, Installation, Pace, audit};
use crate::output::{Output, Spinner};
use crate::palette::Palette;
use crate::render::count;
use crate::report::asked_wrongly;

/// Records of a batch: as many as the mappings hand over.
const BATCH: usize = 100;
/// Empty reads after which a shard that is still written to counts as read. AWS answers empty
/// pages in the middle of a shard too.
const EMPTY_READS: u32 = 10;

/// What to replay, and to whom.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The consumer that gets the records again
    #[arg(long, value_name = "CONSUMER")]
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
        return Ok(asked_wrongly(contradiction, output.is_json()));
    }
    let at = Installation::at(&args.address).await?;
    let mapping = at.consumers.mapping(args.to).await?;
    output.remark("a replay is one more reader of the stream: it may slow the consumers down");
    let mut replaying = Replaying {
        filters: Filters::compile(&mapping.filters)?,
        since: args.since.map(|Since(time)| time),
        pace: Pace::of(args.rate),
        name: args.publish.then(|| SystemClock.now()),
        report: Report { to: args.to, dry_run: args.dry_run, read: 0, handed_over: 0 },
        mapping,
        at: &at,
    };
    let spinner = output.spinner("reading the stream".to_owned());
    let ended = replaying.run(&spinner).await;
    drop(spinner);
    let report = replaying.report;
    if !args.dry_run {
        let outcome = if ended.is_ok() { "done" } else { "failed" };
        audit::note(&at, "replay", args.to, format!("{outcome}: {} records", report.handed_over));
    }
    ended?;
    output.show(&report, Report::text)?;
    Ok(ExitCode::SUCCESS)
}

impl Args {
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

struct Replaying<'a> {
    at: &'a Installation,
    mapping: Mapping,
    filters: Filters,
    since: Option<Timestamp>,
    pace: Pace,
    /// When a replay that publishes began, which is its name.
    name: Option<Timestamp>,
    report: Report,
}

impl Replaying<'_> {
    async fn run(&mut self, spinner: &Spinner) -> anyhow::Result<()> {
        let client = Client::new(&self.at.streams().await);
        let start = StartingPosition::TrimHorizon;
        let reader = StreamReader::new(client, &self.mapping.stream, start);
        let mut reader = reader.patient(EMPTY_READS);
        let mut batch = Vec::with_capacity(BATCH);
        loop {
            let round = reader.read().await.context("the stream cannot be read")?;
            for Captured { record, .. } in round.records {
                self.report.read += 1;
                if self.wants(&record)? {
                    batch.push(record);
                }
                if batch.len() == BATCH {
                    self.hand_over(std::mem::take(&mut batch)).await?;
                }
            }
            spinner.say(format!("{} read", count(self.report.read, "record")));
            if round.is_at_end {
                break;
            }
        }
        if batch.is_empty() { Ok(()) } else { self.hand_over(batch).await }
    }

    fn wants(&self, record: &Value) -> anyhow::Result<bool> {
        let written = record["dynamodb"]["ApproximateCreationDateTime"].as_f64();
        let is_old =
            |since: Timestamp| written.is_some_and(|at| at < since.as_millis() as f64 / 1e3);
        if self.since.is_some_and(is_old) {
            return Ok(false);
        }
        let judged = self.filters.judge(record).map_err(anyhow::Error::from_boxed)?;
        Ok(judged.1)
    }

    async fn hand_over(&mut self, records: Vec<Value>) -> anyhow::Result<()> {
        let records = if self.name.is_some() { self.published(records).await? } else { records };
        let number = records.len();
        if !self.report.dry_run && number > 0 {
            for _ in 0..number {
                self.pace.wait().await;
            }
            let mut batch = json!({"Records": records});
            if let Some(name) = self.name {
                batch = json!({"replay": name, "batch": batch});
            }
            let function = &self.mapping.function;
            self.at.consumers.hand_over(function, batch.to_string().into_bytes()).await?;
        }
        self.report.handed_over += number;
        Ok(())
    }
}

impl Replaying<'_> {
    /// Without the events that an operator must decide about, or has given up: these were never
    /// published, and are not to be.
    async fn published(&self, records: Vec<Value>) -> anyhow::Result<Vec<Value>> {
        let keys: HashSet<_> = records.iter().filter_map(event_of).collect();
        let withheld = self.at.outbox.withheld(&keys).await;
        let withheld = withheld.map_err(|error| self.at.place().unstored(error))?;
        let is_withheld = |key: OutboxKey| withheld.contains(&key);
        let is_left = |record: &Value| !event_of(record).is_some_and(is_withheld);
        Ok(records.into_iter().filter(is_left).collect())
    }
}

/// The event that a record is about.
fn event_of(record: &Value) -> Option<OutboxKey> {
    let part = |name: &str| record["dynamodb"]["Keys"][name]["S"].as_str();
    let (trip_id, event_id) = keys::parse_outbox(part("PK")?, part("SK")?)?;
    Some(OutboxKey { trip_id, event_id })
}

/// What was handed over, or would be.
#[derive(Serialize)]
struct Report {
    to: Consumer,
    dry_run: bool,
    /// Records that the stream holds.
    read: usize,
    handed_over: usize,
}

impl Report {
    fn text(&self, _: Palette) -> String {
        let (read, would) =
            (count(self.read, "record"), if self.dry_run { "would be " } else { "" });
        format!("{read} read: {} {would}handed to the {}", self.handed_over, self.to)
    }
}
