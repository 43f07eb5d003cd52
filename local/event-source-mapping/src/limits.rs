//! Lambda's limits for a mapping of a DynamoDB stream, and the errors for values outside them.
//!
//! Source: "Lambda parameters for Amazon DynamoDB event source mappings" in the Lambda developer
//! guide, and `CreateEventSourceMapping` in its API reference.

use std::ops::RangeInclusive;
use std::time::Duration;

use crate::config::MappingConfig;
use crate::filter::FilterError;

const BATCH_SIZES: RangeInclusive<usize> = 1..=10_000;
const MAX_BATCHING_WINDOW: Duration = Duration::from_secs(300);
const PARALLELIZATION_FACTORS: RangeInclusive<usize> = 1..=10;
const MAX_RETRY_ATTEMPTS: u32 = 10_000;
const RECORD_AGES: RangeInclusive<Duration> =
    Duration::from_secs(60)..=Duration::from_secs(7 * 24 * 60 * 60);

/// Why a mapping was refused.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// Positions are stored under the name.
    #[error("a mapping needs a name")]
    Name,
    /// Outside Lambda's limits.
    #[error("a batch holds {BATCH_SIZES:?} records, not {0}")]
    BatchSize(usize),
    /// Outside Lambda's limits.
    #[error("a batching window is {MAX_BATCHING_WINDOW:?} at most, not {0:?}")]
    BatchingWindow(Duration),
    /// Outside Lambda's limits.
    #[error("a shard has {PARALLELIZATION_FACTORS:?} batches under way, not {0}")]
    ParallelizationFactor(usize),
    /// Outside Lambda's limits.
    #[error(
        "a batch is retried {MAX_RETRY_ATTEMPTS} times at most, or without limit, not {0} times"
    )]
    RetryAttempts(u32),
    /// Outside Lambda's limits.
    #[error("a record is given up at an age of {RECORD_AGES:?}, or never, not at {0:?}")]
    RecordAge(Duration),
    /// A filter that Lambda refuses, or that cannot be matched here.
    #[error(transparent)]
    Filter(#[from] FilterError),
}

impl MappingConfig {
    pub(crate) fn check(&self) -> Result<(), ConfigError> {
        let (size, window) = (self.batch_size, self.batching_window);
        let (factor, attempts) = (self.parallelization_factor, self.max_retry_attempts);
        let broken = [
            self.name.is_empty().then_some(ConfigError::Name),
            (!BATCH_SIZES.contains(&size)).then_some(ConfigError::BatchSize(size)),
            (window > MAX_BATCHING_WINDOW).then_some(ConfigError::BatchingWindow(window)),
            (!PARALLELIZATION_FACTORS.contains(&factor))
                .then_some(ConfigError::ParallelizationFactor(factor)),
            attempts.filter(|times| *times > MAX_RETRY_ATTEMPTS).map(ConfigError::RetryAttempts),
            self.max_record_age
                .filter(|age| !RECORD_AGES.contains(age))
                .map(ConfigError::RecordAge),
        ];
        broken.into_iter().flatten().next().map_or(Ok(()), Err)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config() -> MappingConfig {
        MappingConfig::new("projector", "arn")
    }

    #[test]
    fn lambdas_limits_hold() {
        for refused in [
            MappingConfig { name: String::new(), ..config() },
            MappingConfig { batch_size: 0, ..config() },
            MappingConfig { batch_size: 10_001, ..config() },
            MappingConfig { batching_window: Duration::from_millis(300_001), ..config() },
            MappingConfig { parallelization_factor: 0, ..config() },
            MappingConfig { parallelization_factor: 11, ..config() },
            MappingConfig { max_retry_attempts: Some(10_001), ..config() },
            MappingConfig { max_record_age: Some(Duration::from_secs(59)), ..config() },
            MappingConfig { max_record_age: Some(Duration::from_secs(604_801)), ..config() },
        ] {
            assert!(refused.check().is_err(), "{refused:?}");
        }
    }

    #[test]
    fn everything_up_to_lambdas_limits_is_taken() {
        for taken in [
            config(),
            MappingConfig {
                batch_size: 10_000,
                batching_window: Duration::from_secs(300),
                parallelization_factor: 10,
                max_retry_attempts: Some(10_000),
                max_record_age: Some(Duration::from_secs(604_800)),
                ..config()
            },
            MappingConfig { max_retry_attempts: Some(0), ..config() },
            MappingConfig { max_record_age: Some(Duration::from_secs(60)), ..config() },
        ] {
            assert!(taken.check().is_ok(), "{taken:?}");
        }
    }
}
