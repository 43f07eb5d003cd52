//! Reads one shard page by page, and keeps its place when iterators expire, records are trimmed or calls fail.

use aws_sdk_dynamodbstreams::Client;
use aws_sdk_dynamodbstreams::operation::get_records::GetRecordsOutput;
use aws_sdk_dynamodbstreams::types::{Record, ShardIteratorType};
use serde_json::Value;

use crate::event::{UnreadableRecord, lambda_record};
use crate::stream::StreamError;

/// Where a shard is read from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Origin {
    TrimHorizon,
    Latest,
    After(String),
}

/// A record as it was read.
#[derive(Debug)]
pub(crate) struct ReadRecord {
    pub(crate) sequence_number: String,
    /// Milliseconds since the epoch.
    pub(crate) created_at: Option<i64>,
    /// As Lambda hands it to a function.
    pub(crate) json: Value,
}

/// What one read found. `closed`: the shard has ended, there is nothing after this.
#[derive(Debug)]
pub(crate) struct Page {
    pub(crate) records: Vec<ReadRecord>,
    pub(crate) closed: bool,
}

/// A shard could not be read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// A call failed.
    #[error(transparent)]
    Stream(#[from] StreamError),
    /// A record was read that cannot be handed to a function. It is never skipped.
    #[error(transparent)]
    Unreadable(#[from] UnreadableRecord),
}

/// The reader of one shard.
#[derive(Debug)]
pub(crate) struct ShardReader {
    client: Client,
    stream_arn: String,
    shard: String,
    from: Origin,
    iterator: Option<String>,
    gaps: u64,
}

impl ShardReader {
    pub(crate) fn new(client: Client, stream_arn: &str, shard: &str, from: Origin) -> Self {
        let (stream_arn, shard) = (stream_arn.to_owned(), shard.to_owned());
        Self { client, stream_arn, shard, from, iterator: None, gaps: 0 }
    }

    /// How often records may have been lost to this reader because the stream no longer held them.
    pub(crate) fn gaps(&self) -> u64 {
        self.gaps
    }

    /// Reads the next page. After an error the next call goes on at the same place, or at the oldest
    /// record when that place has been trimmed.
    pub(crate) async fn read(&mut self) -> Result<Page, ReadError> {
        let page = self.next_page().await;
        if let Err(error) = &page {
            self.recover(error);
        }
        page
    }

    async fn next_page(&mut self) -> Result<Page, ReadError> {
        let Some(iterator) = self.iterator().await? else {
            return Ok(Page { records: Vec::new(), closed: true });
        };
        let call = self.client.get_records().shard_iterator(iterator);
        let answer = call.send().await.map_err(StreamError::of("GetRecords"))?;
        self.take_over(answer)
    }

    /// Takes the iterator at hand, so that a read that fails makes a new one the next time.
    async fn iterator(&mut self) -> Result<Option<String>, StreamError> {
        if let Some(iterator) = self.iterator.take() {
            return Ok(Some(iterator));
        }
        let (kind, after) = match &self.from {
            Origin::TrimHorizon => (ShardIteratorType::TrimHorizon, None),
            Origin::Latest => (ShardIteratorType::Latest, None),
            Origin::After(number) => (ShardIteratorType::AfterSequenceNumber, Some(number.clone())),
        };
        let call =
            self.client.get_shard_iterator().stream_arn(&self.stream_arn).shard_id(&self.shard);
        let call = call.shard_iterator_type(kind).set_sequence_number(after);
        let answer = call.send().await.map_err(StreamError::of("GetShardIterator"))?;
        Ok(answer.shard_iterator)
    }

    /// Takes the records up to the first unreadable one; the next read begins with that one.
    fn take_over(&mut self, answer: GetRecordsOutput) -> Result<Page, ReadError> {
        let found = answer.records();
        let mut records = Vec::with_capacity(found.len());
        for record in found {
            match self.decode(record) {
                Ok(record) => records.push(record),
                Err(error) if records.is_empty() => return Err(error.into()),
                Err(_) => break,
            }
        }
        let complete = records.len() == found.len();
        let closed = complete && answer.next_shard_iterator.is_none();
        self.iterator = answer.next_shard_iterator.filter(|_| complete);
        if let Some(last) = records.last() {
            self.from = Origin::After(last.sequence_number.clone());
        }
        Ok(Page { records, closed })
    }

    fn decode(&self, record: &Record) -> Result<ReadRecord, UnreadableRecord> {
        let json = lambda_record(&self.stream_arn, record)?;
        let change = record.dynamodb();
        let sequence_number = change.and_then(|change| change.sequence_number());
        let created_at = change.and_then(|change| change.approximate_creation_date_time());
        Ok(ReadRecord {
            sequence_number: sequence_number
                .ok_or(UnreadableRecord::Missing("SequenceNumber"))?
                .to_owned(),
            created_at: created_at.and_then(|time| time.to_millis().ok()),
            json,
        })
    }

    fn recover(&mut self, error: &ReadError) {
        let ReadError::Stream(error) = error else { return };
        if error.is_trimmed() {
            self.note_gap("the stream no longer holds the records at the mapping's position");
            self.from = Origin::TrimHorizon;
        } else if error.is_expired() && self.from == Origin::Latest {
            self.note_gap(
                "an iterator without a position expired: it starts at the newest record again",
            );
        }
    }

    fn note_gap(&mut self, reason: &str) {
        self.gaps += 1;
        tracing::warn!(stream = self.stream_arn, shard = self.shard, from = ?self.from, reason, "records may be lost");
    }
}
