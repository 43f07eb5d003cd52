//! What a mapping is told: which stream, how records are batched, and how it paces itself.

use std::time::Duration;

use serde_json::Value;

use crate::Backoff;
use crate::filter::FilterError;

/// Lambda's limits for DynamoDB streams.
const MAX_BATCH_SIZE: usize = 10_000;
const MAX_BATCHING_WINDOW: Duration = Duration::from_secs(300);

/// An event source mapping. [`MappingConfig::new`] gives Lambda's defaults.
#[derive(Clone, Debug)]
pub struct MappingConfig {
    /// Names the mapping in its stored positions and in the log.
    pub name: String,
    /// The stream's ARN, as `DescribeTable` answers it in `LatestStreamArn`.
    pub stream_arn: String,
    /// Where a mapping without stored positions starts.
    pub start: StartingPosition,
    /// The most records in a batch: 1 to 10,000.
    pub batch_size: usize,
    /// How long to gather records before a batch is handed over: 0 to 300 s.
    pub batching_window: Duration,
    /// Filter patterns over the record, as alternatives. With none every record goes through.
    pub filters: Vec<Value>,
    /// How long one invocation may take. The batch of one that takes longer has failed.
    pub function_timeout: Duration,
    /// The pace of reading.
    pub polling: Polling,
    /// The waits between retries of a batch, a read or a save that failed.
    pub retry: Backoff,
}

/// Where reading starts when no position is stored.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum StartingPosition {
    /// The oldest record that the stream still holds.
    #[default]
    TrimHorizon,
    /// After the newest record. Until the first record has been processed nothing is stored, so a mapping
    /// stopped before that starts at the then newest record.
    Latest,
}

/// The pace of reading one shard. The pause doubles from `busy` to `idle` while nothing is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Polling {
    /// The pause after records were found.
    pub busy: Duration,
    /// The longest pause.
    pub idle: Duration,
    /// How often to look for new shards beyond those that follow a shard's end.
    pub discovery: Duration,
}

impl Default for Polling {
    fn default() -> Self {
        Self {
            busy: Duration::from_millis(25),
            idle: Duration::from_millis(200),
            discovery: Duration::from_secs(30),
        }
    }
}

impl MappingConfig {
    /// A mapping with Lambda's defaults: from `TRIM_HORIZON`, 100 records a batch, no window, no filter.
    #[must_use]
    pub fn new(name: impl Into<String>, stream_arn: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            stream_arn: stream_arn.into(),
            start: StartingPosition::default(),
            batch_size: 100,
            batching_window: Duration::ZERO,
            filters: Vec::new(),
            function_timeout: Duration::from_secs(60),
            polling: Polling::default(),
            retry: Backoff { first: Duration::from_millis(100), cap: Duration::from_secs(5) },
        }
    }

    pub(crate) fn check(&self) -> Result<(), ConfigError> {
        if self.name.is_empty() {
            return Err(ConfigError::Name);
        }
        if !(1..=MAX_BATCH_SIZE).contains(&self.batch_size) {
            return Err(ConfigError::BatchSize(self.batch_size));
        }
        if self.batching_window > MAX_BATCHING_WINDOW {
            return Err(ConfigError::BatchingWindow(self.batching_window));
        }
        Ok(())
    }
}

/// Why a mapping was refused.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// Positions are stored under the name.
    #[error("a mapping needs a name")]
    Name,
    /// Outside Lambda's limits.
    #[error("a batch holds 1 to {MAX_BATCH_SIZE} records, not {0}")]
    BatchSize(usize),
    /// Outside Lambda's limits.
    #[error("a batching window is {MAX_BATCHING_WINDOW:?} at most, not {0:?}")]
    BatchingWindow(Duration),
    /// A filter that Lambda refuses, or that cannot be matched here.
    #[error(transparent)]
    Filter(#[from] FilterError),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lambdas_limits_hold() {
        let config = || MappingConfig::new("projector", "arn");
        assert!(config().check().is_ok());
        for refused in [
            MappingConfig { name: String::new(), ..config() },
            MappingConfig { batch_size: 0, ..config() },
            MappingConfig { batch_size: 10_001, ..config() },
            MappingConfig { batching_window: Duration::from_millis(300_001), ..config() },
        ] {
            assert!(refused.check().is_err(), "{refused:?}");
        }
    }
}
