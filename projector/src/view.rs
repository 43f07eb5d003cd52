//! The port to the search view: the store is its one adapter; tests use their own.

use async_trait::async_trait;
use store::StoreError;
use store::view::{Put, SearchRow, SearchView, UnreadChange};

/// Where the rows of the trips are kept.
#[async_trait]
pub trait View: Send + Sync {
    /// Puts `row` in place of an older version, or where there is no row.
    ///
    /// # Errors
    /// When the view cannot be written.
    async fn put_newer(&self, row: &SearchRow) -> Result<Put, StoreError>;

    /// Keeps a change that could not be read, for an operator.
    ///
    /// # Errors
    /// When the view's table cannot be written.
    async fn set_aside(&self, change: &UnreadChange) -> Result<(), StoreError>;
}

#[async_trait]
impl View for SearchView {
    async fn put_newer(&self, row: &SearchRow) -> Result<Put, StoreError> {
        self.put_newer(row).await
    }

    async fn set_aside(&self, change: &UnreadChange) -> Result<(), StoreError> {
        self.set_aside(change).await
    }
}
