//! An on-failure destination that keeps batches for the test, and may fail first.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use event_source_mapping::{DiscardedBatch, FailureDestination, StorageError};
use serde_json::Value;

use crate::function::sort_key;

#[derive(Default)]
pub(crate) struct Kept {
    failures: AtomicUsize,
    batches: Mutex<Vec<DiscardedBatch>>,
}

impl Kept {
    /// A destination that first fails this many times.
    pub(crate) fn failing(times: usize) -> Arc<Self> {
        Arc::new(Self { failures: AtomicUsize::new(times), batches: Mutex::default() })
    }

    /// Whether it still fails.
    pub(crate) fn fails(&self) -> bool {
        self.failures.load(Ordering::SeqCst) > 0
    }

    pub(crate) fn heal(&self) {
        self.failures.store(0, Ordering::SeqCst);
    }

    /// The invocation records, in order.
    pub(crate) fn records(&self) -> Vec<Value> {
        let batches = self.batches.lock().unwrap();
        batches.iter().map(|batch| batch.invocation_record.clone()).collect()
    }

    /// The sort keys of each batch's payload.
    pub(crate) fn keys(&self) -> Vec<Vec<String>> {
        let payload = |record: &Value| -> Value {
            serde_json::from_str(record["payload"].as_str().unwrap()).unwrap()
        };
        let keys =
            |event: Value| event["Records"].as_array().unwrap().iter().map(sort_key).collect();
        self.records().iter().map(payload).map(keys).collect()
    }
}

#[async_trait]
impl FailureDestination for Kept {
    async fn keep(&self, batch: &DiscardedBatch) -> Result<(), StorageError> {
        let fails = |left: usize| left.checked_sub(1);
        if self.failures.fetch_update(Ordering::SeqCst, Ordering::SeqCst, fails).is_ok() {
            return Err(StorageError::destination("disk full"));
        }
        self.batches.lock().unwrap().push(batch.clone());
        Ok(())
    }
}
