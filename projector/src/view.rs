//! The port to the search view: the store is its one adapter; tests use their own.

use futures::FutureExt;
use futures::future::BoxFuture;
use store::StoreError;
use store::view::{Put, SearchRow, SearchView, UnreadChange};

/// Where the rows of the trips are kept.
pub trait View: Send + Sync {
    /// Puts `row` in place of an older version, or where there is no row.
    ///
    /// # Errors
    /// When the view cannot be written.
    fn put_newer<'a>(&'a self, row: &'a SearchRow) -> BoxFuture<'a, Result<Put, StoreError>>;

    /// Keeps a change that could not be read, for an operator.
    ///
    /// # Errors
    /// When the view's table cannot be written.
    fn set_aside<'a>(&'a self, change: &'a UnreadChange) -> BoxFuture<'a, Result<(), StoreError>>;
}

impl View for SearchView {
    fn put_newer<'a>(&'a self, row: &'a SearchRow) -> BoxFuture<'a, Result<Put, StoreError>> {
        self.put_newer(row).boxed()
    }

    fn set_aside<'a>(&'a self, change: &'a UnreadChange) -> BoxFuture<'a, Result<(), StoreError>> {
        self.set_aside(change).boxed()
    }
}
