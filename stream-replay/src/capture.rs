//! A captured stream: its records, read from a stream or from a file, and written to a file.

mod file;

use aws_sdk_dynamodbstreams::Client;
use serde_json::Value;

use crate::captured::Captured;
use crate::reader::ReadError;
use crate::stream::{StreamError, stream_of_table};
use crate::stream_reader::{StartingPosition, StreamReader};

pub use file::{FileError, FileErrorKind};

/// The records of a stream, in order within each shard, and a parent's before its children's.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Capture(pub Vec<Captured>);

/// A table's stream could not be captured.
#[derive(Debug, thiserror::Error)]
pub enum CaptureError {
    /// The table has no stream, or there is no such table.
    #[error("there is no stream of a table {0}")]
    NoStream(String),
    /// The stream could not be found.
    #[error(transparent)]
    Stream(#[from] StreamError),
    /// The stream could not be read.
    #[error(transparent)]
    Read(#[from] ReadError),
}

impl Capture {
    /// Everything that a table's stream holds, from its oldest record to its present end.
    ///
    /// The first read that finds nothing counts as a shard's present end. That is right for engines
    /// on one machine; on AWS use a [`StreamReader`] that is [patient](StreamReader::patient).
    ///
    /// ```no_run
    /// # use std::error::Error;
    /// # use aws_sdk_dynamodbstreams::Client;
    /// # async fn kept(client: Client) -> Result<(), Box<dyn Error>> {
    /// let capture = stream_replay::Capture::of_table(&client, "Orders").await?;
    /// capture.write(std::fs::File::create("orders.jsonl")?)?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// When the table has no stream, or it cannot be read.
    pub async fn of_table(client: &Client, table: &str) -> Result<Self, CaptureError> {
        let stream = stream_of_table(client, table).await?;
        let stream = stream.ok_or_else(|| CaptureError::NoStream(table.to_owned()))?;
        Ok(Self::of_stream(client, &stream).await?)
    }

    /// The same for the stream with this ARN.
    ///
    /// # Errors
    /// When the stream cannot be read. It is not tried again.
    pub async fn of_stream(client: &Client, stream_arn: &str) -> Result<Self, ReadError> {
        let start = StartingPosition::TrimHorizon;
        let mut reader = StreamReader::new(client.clone(), stream_arn, start);
        let mut captured = Vec::new();
        loop {
            let round = reader.read().await?;
            captured.extend(round.records);
            if round.is_at_end {
                return Ok(Self(captured));
            }
        }
    }

    /// The records as Lambda hands them to a function.
    pub fn records(&self) -> impl Iterator<Item = &Value> {
        self.0.iter().map(|captured| &captured.record)
    }
}
