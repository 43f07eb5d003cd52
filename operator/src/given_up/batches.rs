//! The port to where batches are kept.

use async_trait::async_trait;

/// Where batches are kept.
#[async_trait]
pub(crate) trait Batches: Send + Sync {
    /// The names of all batches, the oldest of a shard first.
    async fn names(&self) -> anyhow::Result<Vec<String>>;
    /// The content of a batch; `None` if it is gone.
    async fn read(&self, name: &str) -> anyhow::Result<Option<Vec<u8>>>;
    /// Removes a batch.
    async fn remove(&self, name: &str) -> anyhow::Result<()>;
}
