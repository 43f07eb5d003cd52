//! Where a mapping stores its positions.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use async_trait::async_trait;

use crate::error::StorageError;

/// The store of positions. A position is the sequence number of the last record of a shard that
/// needs no more processing. It is saved after the function has processed the record; a shard's
/// saves come one after the other, in rising order.
#[async_trait]
pub trait PositionStore: Send + Sync {
    /// The position that `mapping` last saved for `shard`, if any.
    async fn load(&self, mapping: &str, shard: &str) -> Result<Option<String>, StorageError>;

    /// Stores a sequence number. It must be durable when the future completes.
    async fn save(&self, mapping: &str, shard: &str, number: &str) -> Result<(), StorageError>;
}

/// Positions that last as long as the process, for tests and throw-away systems.
#[derive(Debug, Default)]
pub struct InMemoryPositions {
    saved: Mutex<HashMap<(String, String), String>>,
}

#[async_trait]
impl PositionStore for InMemoryPositions {
    async fn load(&self, mapping: &str, shard: &str) -> Result<Option<String>, StorageError> {
        let saved = self.saved.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(saved.get(&(mapping.to_owned(), shard.to_owned())).cloned())
    }

    async fn save(&self, mapping: &str, shard: &str, number: &str) -> Result<(), StorageError> {
        let mut saved = self.saved.lock().unwrap_or_else(PoisonError::into_inner);
        saved.insert((mapping.to_owned(), shard.to_owned()), number.to_owned());
        Ok(())
    }
}
