//! Reads a stream once from its oldest record to its present end, without a mapping.

use aws_sdk_dynamodbstreams::Client;
use serde_json::Value;

use crate::lineage::Lineage;
use crate::reader::{Origin, Page, ReadError, ReadRecord, ShardReader};
use crate::stream;

/// A reading of everything that a stream holds: shard by shard, parents first.
///
/// A shard that is still written to has no end. One that answers so many reads in a row with
/// nothing counts as read: AWS may answer an empty page in the middle of a shard, engines on one
/// machine do not.
pub struct Replay {
    client: Client,
    stream_arn: String,
    empty_reads: u32,
    lineage: Lineage,
    reader: Option<(String, ShardReader)>,
}

/// A record of a replay.
#[derive(Clone, Debug)]
pub struct Replayed {
    /// In the form that Lambda hands to a function.
    pub record: Value,
    /// When it was written, in milliseconds since the epoch.
    pub created_at: Option<i64>,
}

impl Replay {
    /// A reading of the stream that ends a shard after so many empty reads.
    ///
    /// # Errors
    /// When its shards cannot be listed.
    pub async fn of(client: Client, stream_arn: &str, empty_reads: u32) -> Result<Self, ReadError> {
        let mut lineage = Lineage::default();
        lineage.list(stream::shards(&client, stream_arn).await?);
        let stream_arn = stream_arn.to_owned();
        Ok(Self { client, stream_arn, empty_reads, lineage, reader: None })
    }

    /// The next records; `None` after the last.
    ///
    /// # Errors
    /// When a call fails or a record cannot be read. The next call tries it again.
    pub async fn next(&mut self) -> Result<Option<Vec<Replayed>>, ReadError> {
        while self.reader.is_some() || self.start_next() {
            let Some((shard, reader)) = &mut self.reader else { continue };
            let (records, is_over) = read(reader, self.empty_reads).await?;
            if is_over {
                self.lineage.finish(shard);
                self.reader = None;
            }
            if !records.is_empty() {
                return Ok(Some(records));
            }
        }
        Ok(None)
    }

    /// Starts the next shard, if there is one.
    fn start_next(&mut self) -> bool {
        let Some(shard) = self.lineage.ready().into_iter().next() else { return false };
        self.lineage.start(&shard);
        let (client, stream) = (self.client.clone(), &self.stream_arn);
        let reader = ShardReader::new(client, stream, &shard, Origin::TrimHorizon);
        self.reader = Some((shard, reader));
        true
    }
}

/// The shard's next records, and whether nothing follows them.
async fn read(
    reader: &mut ShardReader,
    empty_reads: u32,
) -> Result<(Vec<Replayed>, bool), ReadError> {
    for _ in 0..empty_reads.max(1) {
        let Page { records, closed } = reader.read().await?;
        if closed || !records.is_empty() {
            return Ok((records.into_iter().map(Replayed::of).collect(), closed));
        }
    }
    Ok((Vec::new(), true))
}

impl Replayed {
    fn of(read: ReadRecord) -> Self {
        Self { record: read.json, created_at: read.created_at }
    }
}

/// Every record that the stream of an engine on this machine holds.
///
/// # Errors
/// When a call fails or a record cannot be read. It is not tried again.
pub async fn replay(client: &Client, stream_arn: &str) -> Result<Vec<Value>, ReadError> {
    let mut replay = Replay::of(client.clone(), stream_arn, 1).await?;
    let mut records = Vec::new();
    while let Some(page) = replay.next().await? {
        records.extend(page.into_iter().map(|replayed| replayed.record));
    }
    Ok(records)
}
