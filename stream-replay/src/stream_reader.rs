//! Reads all shards of a stream, a parent before its children.

use std::collections::BTreeSet;

use aws_sdk_dynamodbstreams::Client;
use serde_json::Value;
use serde_json::value::RawValue;

use crate::captured::Captured;
use crate::lineage::Lineage;
use crate::reader::{Origin, ReadError, ShardReader};
use crate::stream;

/// Where reading starts if no position is stored.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum StartingPosition {
    /// The oldest record that the stream still holds.
    #[default]
    TrimHorizon,
    /// After the newest record. Nothing is stored until the first record has been processed, so a
    /// reader that stops before that starts again at the newest record of that time.
    Latest,
}

/// What one read of every open shard found.
#[derive(Debug, Default)]
pub struct Round {
    /// The records, in order within each shard.
    pub records: Vec<Captured>,
    /// Whether this is the stream's present end.
    pub is_at_end: bool,
}

/// The reader of a whole stream.
#[derive(Debug)]
pub struct StreamReader {
    client: Client,
    stream_arn: String,
    start: StartingPosition,
    lineage: Lineage,
    open: Vec<Open>,
    /// The shards that were there at the first look; none before it.
    first_listed: Option<BTreeSet<String>>,
    empty_reads: u32,
}

/// A shard that is being read.
#[derive(Debug)]
struct Open {
    shard: String,
    reader: ShardReader,
    /// How many reads in a row found nothing.
    empty: u32,
    closed: bool,
}

impl StreamReader {
    /// A reader that has read nothing yet. The first read that finds nothing counts as a shard's
    /// present end; see [`StreamReader::patient`].
    #[must_use]
    pub fn new(client: Client, stream_arn: &str, start: StartingPosition) -> Self {
        Self {
            client,
            stream_arn: stream_arn.to_owned(),
            start,
            lineage: Lineage::default(),
            open: Vec::new(),
            first_listed: None,
            empty_reads: 1,
        }
    }

    /// The same; so many reads in a row that find nothing count as a shard's present end. AWS may
    /// answer an empty page in the middle of a shard, which engines on one machine do not.
    #[must_use]
    pub fn patient(self, empty_reads: u32) -> Self {
        Self { empty_reads, ..self }
    }

    /// Reads every open shard once. After an error the next call continues at the same place.
    ///
    /// # Errors
    /// When a call fails, or a record cannot be converted.
    pub async fn read(&mut self) -> Result<Round, ReadError> {
        self.discover().await?;
        let mut records = Vec::new();
        for open in &mut self.open {
            if let Err(error) = open.read(&mut records).await {
                // What was read before would be lost otherwise.
                if records.is_empty() {
                    return Err(error);
                }
                break;
            }
        }
        let has_new_ends = self.close();
        let is_at_end =
            !has_new_ends && self.open.iter().all(|open| open.empty >= self.empty_reads);
        Ok(Round { records, is_at_end })
    }

    /// Opens the shards that may be read now.
    async fn discover(&mut self) -> Result<(), ReadError> {
        let listed = stream::shards(&self.client, &self.stream_arn).await?;
        let ids = || listed.iter().map(|shard| shard.id.clone()).collect();
        let first_listed = self.first_listed.get_or_insert_with(ids);
        let from_latest =
            |shard: &String| self.start == StartingPosition::Latest && first_listed.contains(shard);
        self.lineage.list(listed);
        for shard in self.lineage.ready() {
            let from = if from_latest(&shard) { Origin::Latest } else { Origin::TrimHorizon };
            self.lineage.start(&shard);
            let reader = ShardReader::new(self.client.clone(), &self.stream_arn, &shard, from);
            self.open.push(Open { shard, reader, empty: 0, closed: false });
        }
        Ok(())
    }

    /// Lets go of the shards that have ended. Whether there were any.
    fn close(&mut self) -> bool {
        let ended: Vec<_> = self.open.extract_if(.., |open| open.closed).collect();
        ended.iter().for_each(|open| self.lineage.finish(&open.shard));
        !ended.is_empty()
    }
}

impl Open {
    async fn read(&mut self, all: &mut Vec<Captured>) -> Result<(), ReadError> {
        let page = self.reader.read().await?;
        self.closed = page.closed;
        self.empty = if page.records.is_empty() { self.empty + 1 } else { 0 };
        let captured = page.records.into_iter().map(|record| Captured {
            shard: self.shard.clone(),
            sequence_number: record.sequence_number,
            record: value(&record.json),
        });
        all.extend(captured);
        Ok(())
    }
}

fn value(json: &RawValue) -> Value {
    // It is the text of a value.
    serde_json::from_str(json.get()).unwrap_or_default()
}
