//! The captured records, as batches of the size that the mappings ask for.

use std::collections::HashSet;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::sync::Arc;

use anyhow::Context;
use domain::Clock;
use flate2::bufread::GzDecoder;
use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;
use testing::{Booking, FixedClock};
use uuid::Uuid;

/// Most records in a batch of the mappings (`infra/generated/runtime.json`).
pub const BATCH: usize = 100;

/// As long as an id of a user pool.
const CUSTOMER: &str = "9c1f0c43-7f5a-4f2e-8a87-2f8d3c6b5e21";
/// The bookings of a pass.
const BOOKINGS: u128 = 200;

/// Records of one kind, in the order of the stream.
#[derive(Clone, Debug)]
pub struct Records {
    lines: Vec<String>,
    /// When the last was written, in milliseconds since 1970.
    written: i64,
}

#[derive(Deserialize)]
struct Record {
    dynamodb: Change,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Change {
    approximate_creation_date_time: f64,
    keys: Value,
}

impl Records {
    /// The records of that kind: `outbox`, the new events, or `metadata`, the changes of trips'
    /// roots.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn of(kind: &str) -> anyhow::Result<Self> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../records");
        let file = folder.join(format!("{kind}.jsonl.gz"));
        let file = File::open(&file).with_context(|| format!("cannot open {}", file.display()))?;
        let lines = BufReader::new(GzDecoder::new(BufReader::new(file))).lines();
        let lines = lines.collect::<Result<Vec<_>, _>>()?;
        let written = |line: &String| Ok(millis(&serde_json::from_str(line)?));
        let written = lines.iter().map(written).collect::<Result<Vec<_>, anyhow::Error>>()?;
        Ok(Self { lines, written: written.into_iter().max().context("there are no records")? })
    }

    /// The payloads of bookings' tasks, each of another trip. They are no records of a stream.
    ///
    /// # Errors
    /// When a payload cannot be written.
    pub fn of_bookings() -> anyhow::Result<Self> {
        let payload = |number: u128| {
            let trip = Uuid::from_u128(number).to_string();
            let saga = format!("{trip}@2026-03-01T01:00:00.120Z");
            serde_json::to_string(&Booking::new(&trip).task(CUSTOMER, &saga))
        };
        let lines = (0..BOOKINGS).map(payload).collect::<Result<_, _>>()?;
        Ok(Self { lines, written: FixedClock::at_noon().now().as_millis() })
    }

    /// How many they are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.lines.len()
    }

    /// A clock that stands right after the last of them was written, so that none counts as late.
    pub(crate) fn clock(&self) -> Arc<FixedClock> {
        Arc::new(FixedClock::at_millis(self.written))
    }

    /// The trips in each batch of `size` records, added up.
    ///
    /// # Errors
    /// When a record is not JSON.
    pub fn trips(&self, size: usize) -> anyhow::Result<usize> {
        let of_batch = |lines: &[String]| {
            let keys = lines.iter().map(|line| {
                let record: Record = serde_json::from_str(line)?;
                Ok(record.dynamodb.keys["PK"].to_string())
            });
            Ok(keys.collect::<anyhow::Result<HashSet<_>>>()?.len())
        };
        self.lines.chunks(size).map(of_batch).sum()
    }

    /// The events that Lambda would invoke a function with, `size` records each.
    ///
    /// # Errors
    /// When a record is not JSON.
    pub fn batches(&self, size: usize) -> anyhow::Result<Vec<Box<RawValue>>> {
        let batch = |lines: &[String]| {
            let event = format!(r#"{{"Records":[{}]}}"#, lines.join(","));
            Ok(RawValue::from_string(event)?)
        };
        self.lines.chunks(size).map(batch).collect()
    }
}

/// Rounded up to whole seconds, since the time of a record has no fraction on AWS.
#[expect(clippy::cast_possible_truncation, reason = "it is a time of this century")]
fn millis(record: &Record) -> i64 {
    (record.dynamodb.approximate_creation_date_time.ceil() as i64 + 1) * 1_000
}
