//! Hands the records that the stream holds to a consumer again.

use std::collections::HashSet;

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

use crate::consumers::{Consumer, Mapping};
use crate::{Installation, Pace, audit};

/// Records of a batch: as many as the mappings hand over.
const BATCH: usize = 100;
/// Empty reads after which a shard that is still written to counts as read. AWS answers empty
/// pages in the middle of a shard too.
const EMPTY_READS: u32 = 10;

/// What to replay, and to whom.
#[derive(Clone, Copy, Debug)]
pub struct Request {
    /// Who gets the records.
    pub to: Consumer,
    /// Only records written at this time or later.
    pub since: Option<Timestamp>,
    /// Whether the dispatcher publishes the events again, marked as a replay.
    pub publish: bool,
    /// Whether nothing is handed over.
    pub dry_run: bool,
}

/// What was handed over, or would be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Report {
    /// To whom.
    pub to: Consumer,
    /// Whether nothing was handed over, whatever `handed_over` says.
    pub dry_run: bool,
    /// Records that the stream holds.
    pub read: usize,
    /// Records that were handed over.
    pub handed_over: usize,
}

/// Replays the stream, no faster than `pace`; `progress` is told how many records are read.
///
/// # Errors
/// When the stream cannot be read, or the consumer does not process a batch.
pub async fn run(
    at: &Installation,
    request: Request,
    pace: Pace,
    progress: impl FnMut(usize),
) -> anyhow::Result<Report> {
    let Request { to, since, publish, dry_run } = request;
    let mapping = at.consumers.mapping(to).await?;
    let mut replaying = Replaying {
        filters: Filters::compile(&mapping.filters)?,
        since,
        pace,
        name: publish.then(|| SystemClock.now()),
        report: Report { to, dry_run, read: 0, handed_over: 0 },
        mapping,
        at,
    };
    let ended = replaying.run(progress).await;
    let report = replaying.report;
    if !dry_run {
        let outcome = if ended.is_ok() { "done" } else { "failed" };
        audit::note(at, "replay", to, format!("{outcome}: {} records", report.handed_over));
    }
    ended.map(|()| report)
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
    async fn run(&mut self, mut progress: impl FnMut(usize)) -> anyhow::Result<()> {
        let client = Client::new(self.at.streams());
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
            progress(self.report.read);
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
