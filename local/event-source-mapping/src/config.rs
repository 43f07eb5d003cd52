//! The configuration of a mapping: its stream, how it batches records, and its pace.

use std::num::NonZeroU16;
use std::time::Duration;

use serde_json::Value;
use stream_replay::StartingPosition;

use crate::Backoff;

/// An event source mapping. [`MappingConfig::new`] gives Lambda's defaults.
///
/// Source: "Lambda parameters for Amazon DynamoDB event source mappings" in the Lambda developer
/// guide, <https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-params.html>.
#[derive(Clone, Debug)]
pub struct MappingConfig {
    /// The mapping's name in its stored positions and in the log.
    pub name: String,
    /// The function's name in the record of a discarded batch.
    pub function_arn: String,
    /// The stream's ARN, as `DescribeTable` answers it in `LatestStreamArn`.
    pub stream_arn: String,
    /// Where a mapping starts if it has no stored positions.
    pub start: StartingPosition,
    /// The most records in a batch: 1 to 10,000.
    pub batch_size: usize,
    /// How long to gather records before a batch is handed over: 0 to 300 s.
    pub batching_window: Duration,
    /// Filter patterns over the record, as alternatives: 10 at most, which is Lambda's highest
    /// quota, of at most 4,096 characters each. Without patterns every record goes through.
    pub filters: Vec<Value>,
    /// How long one invocation may take. An invocation that takes longer has failed.
    pub function_timeout: Duration,
    /// How many batches of one shard may be in flight at once: 1 to 10. Above 1 only the records of
    /// one item keep their order.
    pub parallelization_factor: usize,
    /// Whether a batch that failed is split, so that its parts are tried separately.
    pub bisect_on_error: bool,
    /// How often a batch that failed is retried before it is given up: 0 to 10,000, or without
    /// limit. A split is not a retry.
    pub max_retry_attempts: Option<u32>,
    /// The age at which a record is given up, even if it was never tried: 60 s to 7 days, or never.
    pub max_record_age: Option<Duration>,
    /// What the age is counted from.
    pub age: Age,
    /// The pace of reading.
    pub polling: Polling,
    /// The backoff after a batch, a read, a save or a discard failed.
    pub retry: Backoff,
}

/// What the age of a record is counted from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Age {
    /// The time at which it was written, as on Lambda.
    #[default]
    Written,
    /// The time at which this mapping read it. So the time in which the process did not run does
    /// not count: no record is given up because a machine was off or asleep.
    Read,
}

/// The pace of reading one shard. The pause doubles from `busy` to `idle` while reads find nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Polling {
    /// The pause after records were found.
    pub busy: Duration,
    /// The longest pause.
    pub idle: Duration,
    /// How often to look for new shards besides those that follow a shard's end.
    pub discovery: Duration,
    /// The most records of one read, up to 1,000. After a read that found so many there is no
    /// pause. DynamoDB ends a page at a megabyte besides, which engines on one machine do not:
    /// there a thousand records are as much memory as their items are large, several times over.
    pub page: NonZeroU16,
}

impl Default for Polling {
    fn default() -> Self {
        Self {
            busy: Duration::from_millis(25),
            idle: Duration::from_millis(200),
            discovery: Duration::from_secs(30),
            page: NonZeroU16::MIN.saturating_add(249),
        }
    }
}

impl MappingConfig {
    /// A mapping with Lambda's defaults: from `TRIM_HORIZON`, 100 records per batch, no window, no
    /// filter, one batch at a time, retried without limit. The function gets the mapping's name.
    #[must_use]
    pub fn new(name: impl Into<String>, stream_arn: impl Into<String>) -> Self {
        let name = name.into();
        Self {
            function_arn: name.clone(),
            name,
            stream_arn: stream_arn.into(),
            start: StartingPosition::default(),
            batch_size: 100,
            batching_window: Duration::ZERO,
            filters: Vec::new(),
            function_timeout: Duration::from_secs(60),
            parallelization_factor: 1,
            bisect_on_error: false,
            max_retry_attempts: None,
            max_record_age: None,
            age: Age::default(),
            polling: Polling::default(),
            retry: Backoff { first: Duration::from_millis(100), cap: Duration::from_secs(5) },
        }
    }
}
