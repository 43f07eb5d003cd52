//! Where a mapping sends batches that it gives up, and in which form: Lambda's on-failure
//! destination.

use async_trait::async_trait;
use domain::Timestamp;
use serde_json::Value;
use uuid::Uuid;

use crate::error::StorageError;

/// An on-failure destination.
///
/// The mapping's position passes a discarded batch only after the destination has stored it. If the
/// destination fails, the mapping retries with backoff, and the batch's lane waits meanwhile.
#[async_trait]
pub trait FailureDestination: Send + Sync {
    /// Stores a batch. It must be durable when the future completes. After a crash the same records
    /// may come again.
    async fn keep(&self, batch: &DiscardedBatch) -> Result<(), StorageError>;
}

/// Why a batch was given up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Condition {
    /// It failed more often than the mapping's limit of retries.
    RetryAttemptsExhausted,
    /// Its records are older than the mapping's limit.
    RecordAgeExceeded,
}

impl Condition {
    /// Lambda's name of the condition.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::RetryAttemptsExhausted => "RetryAttemptsExhausted",
            Self::RecordAgeExceeded => "RecordAgeExceeded",
        }
    }
}

/// Records of one shard that a mapping gave up together.
#[derive(Clone, Debug, PartialEq)]
pub struct DiscardedBatch {
    /// The mapping's name.
    pub mapping: String,
    /// The shard's id.
    pub shard: String,
    /// When they were given up.
    pub discarded_at: Timestamp,
    /// What Lambda writes to an S3 destination: `version`, `timestamp`, `requestContext` with the
    /// `condition`, `responseContext` if the function was run, `DDBStreamBatchInfo` with the range
    /// of sequence numbers, and `payload`: the whole event as JSON text, which can be sent to the
    /// function again as it is.
    ///
    /// Source: "Retain discarded records for a DynamoDB event source" in the Lambda developer
    /// guide, <https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-errors.html>.
    pub invocation_record: Value,
}

impl DiscardedBatch {
    /// The name under which Lambda puts it into a bucket:
    /// `aws/lambda/{mapping}/{shard}/{yyyy}/{mm}/{dd}/{yyyy-mm-ddThh.mm.ss}-{unique}`.
    #[must_use]
    pub fn object_key(&self, unique: Uuid) -> String {
        let at = self.discarded_at.as_jiff().strftime("%Y/%m/%d/%Y-%m-%dT%H.%M.%S");
        format!("aws/lambda/{}/{}/{at}-{unique}", self.mapping, self.shard)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_batch_is_named_as_in_a_bucket() {
        let batch = DiscardedBatch {
            mapping: "projector".to_owned(),
            shard: "shardId-1".to_owned(),
            discarded_at: Timestamp::from_millis(1_768_478_405_678),
            invocation_record: Value::Null,
        };
        assert_eq!(
            batch.object_key(Uuid::nil()),
            "aws/lambda/projector/shardId-1/2026/01/15/2026-01-15T12.00.05-00000000-0000-0000-0000-000000000000"
        );
    }
}
