//! What is told of a replay, on the way and at the end.

use serde::Serialize;
use serde_json::Value;
use stream_replay::{Delivery, Schedule};

use crate::palette::Palette;
use crate::render::{count, outside};

/// What was delivered.
#[derive(Debug, Serialize)]
pub(super) struct Report {
    seed: u64,
    /// What was asked to be disturbed.
    disturbances: String,
    #[serde(flatten)]
    counts: stream_replay::Report,
    /// Why the replay was given up.
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
}

impl Report {
    pub(super) fn new(seed: u64, schedule: &Schedule<'_>, error: Option<String>) -> Self {
        let disturbances = schedule.disturbances().to_string();
        let mut counts = schedule.report();
        // The batch that failed last is not handed over again.
        counts.retries -= usize::from(error.is_some());
        Self { seed, disturbances, counts, error }
    }

    /// Whether fewer batches were handed over.
    pub(super) fn ended_before(&self, batch: u32) -> bool {
        self.counts.batches < batch as usize
    }

    /// Whether nothing is left undelivered.
    pub(super) fn is_settled(&self) -> bool {
        self.counts.is_settled()
    }

    /// A few lines for a person.
    pub(super) fn text(&self, palette: Palette) -> String {
        let stream_replay::Report { batches, records, duplicates, retries, undelivered, .. } =
            self.counts;
        let batches = match batches {
            1 => "1 batch".to_owned(),
            many => format!("{many} batches"),
        };
        let retries = match retries {
            1 => "1 retry".to_owned(),
            many => format!("{many} retries"),
        };
        let delivered = format!(
            "{batches} with {}, {} among them; {retries}",
            count(records, "record"),
            count(duplicates, "duplicate"),
        );
        let end = match (&self.error, undelivered) {
            (Some(error), left) => palette.bad(format!(
                "{} undelivered, after a batch failed too often: {}",
                count(left, "record"),
                outside(error)
            )),
            (None, _) => palette.good("nothing is left undelivered"),
        };
        format!("seed {}, disturbed by {}\n{delivered}\n{end}", self.seed, self.disturbances)
    }
}

/// The answer that was thrown away.
pub(super) fn lost(answer: &Result<Value, String>, records: usize) -> String {
    let answer = match answer {
        Ok(answer) => answer.to_string(),
        Err(error) => error.clone(),
    };
    format!("the answer to {} is thrown away: {}", count(records, "record"), outside(answer))
}

/// Why a batch comes again as a whole, though the function answered.
pub(super) fn said(answer: &Value, delivery: &Delivery<'_>) -> String {
    let first = delivery.records.first();
    let first = first.map(|record| &record["dynamodb"]["SequenceNumber"]);
    let failures = answer["batchItemFailures"].as_array();
    let mut reported = failures.into_iter().flatten().map(|failure| failure.get("itemIdentifier"));
    match reported.any(|reported| reported == first) {
        true => "it reported the batch's first record".to_owned(),
        false => {
            "it reported a record that is not in the batch, so that all of it fails".to_owned()
        }
    }
}

/// A batch of which nothing got done.
pub(super) fn failed(delivery: &Delivery<'_>, error: &str) -> String {
    let first = delivery.records.first();
    let first = first.and_then(|record| record["dynamodb"]["SequenceNumber"].as_str());
    let records = count(delivery.records.len(), "record");
    format!(
        "{records} from {} on come again: {}",
        outside(first.unwrap_or_default()),
        outside(error)
    )
}
