//! Where accepted events go.

use async_trait::async_trait;

use crate::outcome::{Accepted, Failure};
use crate::wire::Entry;

/// Takes events, in order, from one call at a time.
#[async_trait]
pub trait Sink: Send + Sync + 'static {
    /// Takes the entries; one answer each, in their order.
    async fn accept(&self, entries: Vec<Entry>) -> Vec<Result<Accepted, Failure>>;
}
