//! The calls that find a stream and list its shards.

use std::error::Error;

use aws_sdk_dynamodbstreams::Client;
use aws_sdk_dynamodbstreams::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_dynamodbstreams::types::StreamViewType;

/// A call to DynamoDB Streams failed.
#[derive(Debug, thiserror::Error)]
#[error("{operation} failed")]
pub struct StreamError {
    operation: &'static str,
    code: Option<String>,
    source: Box<dyn Error + Send + Sync>,
}

impl StreamError {
    /// Wraps a failed call, for use in `map_err`.
    pub(crate) fn of<E>(operation: &'static str) -> impl Fn(SdkError<E>) -> Self
    where
        E: ProvideErrorMetadata + Error + Send + Sync + 'static,
    {
        move |error| Self {
            operation,
            code: error.code().map(str::to_owned),
            source: Box::new(error),
        }
    }

    /// The name that the service gave its refusal; none where the service did not answer.
    #[must_use]
    pub fn code(&self) -> Option<&str> {
        self.code.as_deref()
    }

    /// The iterator was not used for too long; a new one continues at the same place.
    pub(crate) fn is_expired(&self) -> bool {
        self.code() == Some("ExpiredIteratorException")
    }

    /// The records at the requested position are older than the stream keeps them.
    pub(crate) fn is_trimmed(&self) -> bool {
        self.code() == Some("TrimmedDataAccessException")
    }
}

/// A shard of a stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shard {
    /// The shard's id.
    pub id: String,
    /// The shard that it continues, which may be no longer listed.
    pub parent: Option<String>,
    /// Whether it is closed: nothing is written to it any more.
    pub has_ended: bool,
}

/// Every shard that the stream still lists.
///
/// # Errors
/// When a call fails.
pub async fn shards(client: &Client, stream_arn: &str) -> Result<Vec<Shard>, StreamError> {
    let mut shards = Vec::new();
    let mut from = None;
    loop {
        let call =
            client.describe_stream().stream_arn(stream_arn).set_exclusive_start_shard_id(from);
        let answer = call.send().await.map_err(StreamError::of("DescribeStream"))?;
        let Some(page) = answer.stream_description else { return Ok(shards) };
        shards.extend(page.shards.unwrap_or_default().into_iter().filter_map(shard));
        from = page.last_evaluated_shard_id;
        if from.is_none() {
            return Ok(shards);
        }
    }
}

fn shard(shard: aws_sdk_dynamodbstreams::types::Shard) -> Option<Shard> {
    let range = shard.sequence_number_range;
    let has_ended = range.is_some_and(|range| range.ending_sequence_number.is_some());
    Some(Shard { id: shard.shard_id?, parent: shard.parent_shard_id, has_ended })
}

/// Whether the stream's records contain the new image of an item.
///
/// # Errors
/// When the call fails.
pub async fn has_new_images(client: &Client, stream_arn: &str) -> Result<bool, StreamError> {
    let call = client.describe_stream().stream_arn(stream_arn).limit(1);
    let answer = call.send().await.map_err(StreamError::of("DescribeStream"))?;
    let view = answer.stream_description.and_then(|stream| stream.stream_view_type);
    Ok(matches!(view, Some(StreamViewType::NewImage | StreamViewType::NewAndOldImages)))
}

/// The ARN of the newest stream of `table`, if it has one. A stream that was turned off stays
/// listed for a while; its label is the time at which it was turned on.
///
/// # Errors
/// When a call fails.
pub async fn stream_of_table(client: &Client, table: &str) -> Result<Option<String>, StreamError> {
    let mut streams = Vec::new();
    let mut from = None;
    loop {
        let call = client.list_streams().table_name(table).set_exclusive_start_stream_arn(from);
        let page = call.send().await.map_err(StreamError::of("ListStreams"))?;
        streams.extend(page.streams.unwrap_or_default());
        from = page.last_evaluated_stream_arn;
        if from.is_none() {
            let newest = streams.into_iter().max_by(|a, b| a.stream_label.cmp(&b.stream_label));
            return Ok(newest.and_then(|stream| stream.stream_arn));
        }
    }
}
