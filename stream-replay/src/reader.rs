//! Reads one shard page by page, and keeps its place when iterators expire, records are trimmed or
//! calls fail.

use std::num::NonZeroU16;
use std::sync::Arc;

use aws_sdk_dynamodbstreams::Client;
use aws_sdk_dynamodbstreams::operation::get_records::GetRecordsOutput;
use aws_sdk_dynamodbstreams::types::{Record, ShardIteratorType};
use serde_json::value::to_raw_value;
use tokio::sync::Mutex;
use tokio::time::Instant;

use crate::lambda::{UnreadableRecord, lambda_record};
use crate::rank::rank;
use crate::read_record::ReadRecord;
use crate::shared_pages::{Found, Next, SharedPages};
use crate::stream::{self, StreamError};

/// Where a shard is read from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// Its oldest record.
    TrimHorizon,
    /// After its newest record.
    Latest,
    /// After the record with this sequence number.
    After(String),
}

/// The result of one read.
#[derive(Debug)]
pub struct Page {
    /// What was found, in order.
    pub records: Vec<ReadRecord>,
    /// Whether the shard has ended: there is nothing after this.
    pub closed: bool,
}

/// A shard could not be read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// A call failed.
    #[error(transparent)]
    Stream(#[from] StreamError),
    /// A record that was read cannot be handed to a function. It is never skipped.
    #[error(transparent)]
    Unreadable(#[from] UnreadableRecord),
}

impl ReadError {
    fn is_trimmed(&self) -> bool {
        matches!(self, Self::Stream(error) if error.is_trimmed())
    }
}

/// The reader of one shard. It keeps its place when iterators expire, records are trimmed or calls
/// fail.
#[derive(Debug)]
pub struct ShardReader {
    client: Client,
    stream_arn: String,
    shard: String,
    from: Origin,
    /// The most records of one read, unless the stream decides.
    most: Option<i32>,
    iterator: Option<String>,
    /// Where other readers of the shard look first, if there are any.
    shared: Option<Arc<Mutex<SharedPages>>>,
    /// The place was trimmed, so the next iterator starts at the oldest record.
    is_trimmed: bool,
    /// The last read found nothing: records after the place are too young to be trimmed.
    is_at_end: bool,
    gaps: u64,
}

impl ShardReader {
    /// A reader that has read nothing yet.
    #[must_use]
    pub fn new(client: Client, stream_arn: &str, shard: &str, from: Origin) -> Self {
        let (stream_arn, shard) = (stream_arn.to_owned(), shard.to_owned());
        let (is_trimmed, is_at_end) = (false, false);
        let (most, iterator, shared, gaps) = (None, None, None, 0);
        Self {
            client,
            stream_arn,
            shard,
            from,
            most,
            iterator,
            shared,
            is_trimmed,
            is_at_end,
            gaps,
        }
    }

    /// The same; a read finds so many records at most, up to 1,000. Otherwise it is a thousand, and
    /// for DynamoDB a megabyte.
    #[must_use]
    pub fn with_pages_of(self, records: NonZeroU16) -> Self {
        Self { most: Some(records.get().into()), ..self }
    }

    /// The same; what one of the readers that share `pages` reads is known to the others. All of
    /// them read the same shard, one at a time.
    #[must_use]
    pub fn sharing(self, pages: Arc<Mutex<SharedPages>>) -> Self {
        Self { shared: Some(pages), ..self }
    }

    /// How often this reader may have lost records because the stream no longer held them.
    #[must_use]
    pub fn gaps(&self) -> u64 {
        self.gaps
    }

    /// Reads the next page. After an error the next call continues at the same place, or at the
    /// oldest record if that place has been trimmed.
    ///
    /// # Errors
    /// When a call fails, or the next record cannot be converted.
    pub async fn read(&mut self) -> Result<Page, ReadError> {
        let begins_at_oldest = self.iterator.is_none() && self.begins_at_oldest();
        match self.next_page().await {
            Err(error) if !error.is_trimmed() => {
                self.recover(&error);
                Err(error)
            }
            Err(_) if begins_at_oldest => self.nothing_left().await,
            Err(_) => self.read_from_oldest().await,
            page => page,
        }
    }

    /// Continues at the oldest record, because the stream says that the reader's place is trimmed.
    ///
    /// DynamoDB Local also says so for an iterator that was made for an empty shard, or at its end,
    /// as soon as the shard's next record does not have the very next number; and all tables draw
    /// their numbers from one counter. Nothing is lost then: this reader had no place after which
    /// it could lose a record, or it had seen the end of the shard.
    async fn read_from_oldest(&mut self) -> Result<Page, ReadError> {
        let may_have_lost = matches!(self.from, Origin::After(_)) && !self.is_at_end;
        self.is_trimmed = true;
        match self.next_page().await {
            Err(error) if error.is_trimmed() => self.nothing_left().await,
            page => {
                if may_have_lost {
                    self.note_gap("the stream no longer holds the records at the reader's place");
                }
                page
            }
        }
    }

    /// All records of the shard have been trimmed: DynamoDB Local refuses every iterator of it. The
    /// shard may still be written to, unless it has ended.
    async fn nothing_left(&mut self) -> Result<Page, ReadError> {
        tracing::debug!(stream = self.stream_arn, shard = self.shard, "the shard holds no record");
        let shards = stream::shards(&self.client, &self.stream_arn).await?;
        let shard = shards.iter().find(|shard| shard.id == self.shard);
        Ok(Page { records: Vec::new(), closed: shard.is_none_or(|shard| shard.has_ended) })
    }

    fn begins_at_oldest(&self) -> bool {
        self.is_trimmed || self.from == Origin::TrimHorizon
    }

    async fn next_page(&mut self) -> Result<Page, ReadError> {
        let found = match self.shared.clone() {
            Some(pages) => self.ask_once(&mut *pages.lock().await).await?,
            None => self.ask().await?,
        };
        Ok(self.take_over(found))
    }

    /// Asks for what no reader has asked for yet.
    async fn ask_once(&mut self, pages: &mut SharedPages) -> Result<Found, ReadError> {
        let Some(place) = self.place().map(str::to_owned) else { return self.ask().await };
        if let Some(known) = pages.after(&place) {
            return Ok(known.read_now());
        }
        let found = self.ask().await?;
        pages.keep(&place, &found);
        Ok(found)
    }

    async fn ask(&mut self) -> Result<Found, ReadError> {
        let Some(iterator) = self.iterator().await? else {
            return Ok(Found { records: Vec::new(), next: Next::End });
        };
        let call = self.client.get_records().shard_iterator(iterator).set_limit(self.most);
        let answer = call.send().await.map_err(StreamError::of("GetRecords"))?;
        Ok(self.decoded(answer)?)
    }

    /// The number of the record that the next read follows, if there is one.
    fn place(&self) -> Option<&str> {
        match &self.from {
            Origin::After(number) if !self.is_trimmed => Some(number),
            _ => None,
        }
    }

    /// Takes the present iterator, so that after a failed read the next one makes a new iterator.
    async fn iterator(&mut self) -> Result<Option<String>, StreamError> {
        if let Some(iterator) = self.iterator.take() {
            return Ok(Some(iterator));
        }
        let (kind, after) = match &self.from {
            _ if self.is_trimmed => (ShardIteratorType::TrimHorizon, None),
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

    /// The records up to the first unreadable one; the next read starts with that one.
    fn decoded(&self, answer: GetRecordsOutput) -> Result<Found, UnreadableRecord> {
        let found = answer.records.unwrap_or_default();
        let mut records = Vec::with_capacity(found.len());
        // One at a time, so that no page is there twice.
        for record in found {
            match self.decode(&record) {
                Ok(record) => records.push(record),
                Err(error) if records.is_empty() => return Err(error),
                Err(_) => return Ok(Found { records, next: Next::Unreadable }),
            }
        }
        let next = answer.next_shard_iterator.map_or(Next::End, Next::At);
        Ok(Found { records, next })
    }

    fn take_over(&mut self, Found { mut records, next }: Found) -> Page {
        self.is_at_end = records.is_empty();
        let closed = next == Next::End;
        self.iterator = next.iterator();
        self.move_on(&mut records);
        Page { records, closed }
    }

    /// Moves the place past the records. Drops records that a trimmed place had already passed.
    fn move_on(&mut self, records: &mut Vec<ReadRecord>) {
        if let (true, Origin::After(passed)) = (self.is_trimmed, &self.from) {
            records.retain(|record| rank(&record.sequence_number) > rank(passed));
        }
        if let Some(last) = records.last() {
            self.from = Origin::After(last.sequence_number.clone());
            self.is_trimmed = false;
        }
    }

    fn decode(&self, record: &Record) -> Result<ReadRecord, UnreadableRecord> {
        let json = lambda_record(&self.stream_arn, record)?;
        let change = record.dynamodb();
        let sequence_number = change.and_then(|change| change.sequence_number());
        let created_at = change.and_then(|change| change.approximate_creation_date_time());
        Ok(ReadRecord {
            read_at: Instant::now(),
            sequence_number: sequence_number
                .ok_or(UnreadableRecord::Missing("SequenceNumber"))?
                .to_owned(),
            created_at: created_at.and_then(|time| time.to_millis().ok()),
            // A value is always valid JSON.
            json: to_raw_value(&json).unwrap_or_default().into(),
        })
    }

    fn recover(&mut self, error: &ReadError) {
        let ReadError::Stream(error) = error else { return };
        if error.is_expired() && self.from == Origin::Latest {
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
