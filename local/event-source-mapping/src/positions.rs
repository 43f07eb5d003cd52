//! Where a mapping stores its positions.

use std::collections::HashMap;
use std::error::Error;
use std::sync::{Mutex, PoisonError};

use futures::FutureExt;
use futures::future::BoxFuture;

/// The store of positions. A position is the sequence number of the last record of a shard that
/// needs no more processing. It is saved after the function has processed the record; a shard's
/// saves come one after the other, in rising order.
pub trait PositionStore: Send + Sync {
    /// The position that `mapping` last saved for `shard`, if any.
    fn load<'a>(
        &'a self,
        mapping: &'a str,
        shard: &'a str,
    ) -> BoxFuture<'a, Result<Option<String>, PositionError>>;

    /// Stores a position. It must be durable when the future completes.
    fn save<'a>(
        &'a self,
        mapping: &'a str,
        shard: &'a str,
        sequence_number: &'a str,
    ) -> BoxFuture<'a, Result<(), PositionError>>;
}

/// A position could not be loaded or saved. The mapping tries again.
#[derive(Debug, thiserror::Error)]
#[error("the store of positions failed")]
pub struct PositionError(#[source] Box<dyn Error + Send + Sync>);

impl PositionError {
    /// The store's own error.
    pub fn new(source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self(source.into())
    }
}

/// Positions that last as long as the process, for tests and throw-away systems.
#[derive(Debug, Default)]
pub struct InMemoryPositions {
    saved: Mutex<HashMap<(String, String), String>>,
}

impl PositionStore for InMemoryPositions {
    fn load<'a>(
        &'a self,
        mapping: &'a str,
        shard: &'a str,
    ) -> BoxFuture<'a, Result<Option<String>, PositionError>> {
        let saved = self.saved.lock().unwrap_or_else(PoisonError::into_inner);
        let position = saved.get(&(mapping.to_owned(), shard.to_owned())).cloned();
        async { Ok(position) }.boxed()
    }

    fn save<'a>(
        &'a self,
        mapping: &'a str,
        shard: &'a str,
        sequence_number: &'a str,
    ) -> BoxFuture<'a, Result<(), PositionError>> {
        let mut saved = self.saved.lock().unwrap_or_else(PoisonError::into_inner);
        saved.insert((mapping.to_owned(), shard.to_owned()), sequence_number.to_owned());
        async { Ok(()) }.boxed()
    }
}
