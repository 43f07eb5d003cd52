//! An on-failure destination that keeps what it gets for the test.

use std::sync::Mutex;

use async_trait::async_trait;
use event_source_mapping::{DiscardedBatch, FailureDestination, StorageError};
use serde_json::Value;

use super::journal::number;

#[derive(Default)]
pub(super) struct Kept(Mutex<Vec<Value>>);

impl Kept {
    /// The invocation records, in order.
    pub(super) fn records(&self) -> Vec<Value> {
        self.0.lock().unwrap().clone()
    }

    /// Whether a stream record is in one of them.
    pub(super) fn has(&self, record: &Value) -> bool {
        let is_it = |kept: &Value| number(kept) == number(record);
        self.records().iter().any(|batch| payload(batch).iter().any(is_it))
    }
}

#[async_trait]
impl FailureDestination for Kept {
    async fn keep(&self, batch: &DiscardedBatch) -> Result<(), StorageError> {
        self.0.lock().unwrap().push(batch.invocation_record.clone());
        Ok(())
    }
}

/// The stream records in an invocation record's payload.
pub(super) fn payload(record: &Value) -> Vec<Value> {
    let event: Value = serde_json::from_str(record["payload"].as_str().unwrap()).unwrap();
    event["Records"].as_array().unwrap().clone()
}
