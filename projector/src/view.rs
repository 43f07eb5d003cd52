//! The port to the search view: the store is its one adapter; tests bring their own.

use futures::FutureExt;
use futures::future::BoxFuture;
use store::StoreError;
use store::view::{Put, SearchRow, SearchView};

/// Where the rows of the trips are kept.
pub trait View: Send + Sync {
    /// Puts `row` in place of an older version of itself, or where there is none.
    ///
    /// # Errors
    /// When the view cannot be written.
    fn put_newer<'a>(&'a self, row: &'a SearchRow) -> BoxFuture<'a, Result<Put, StoreError>>;
}

impl View for SearchView {
    fn put_newer<'a>(&'a self, row: &'a SearchRow) -> BoxFuture<'a, Result<Put, StoreError>> {
        self.put_newer(row).boxed()
    }
}
