//! A view that is looked at and never written: what a dry run works on.

use futures::FutureExt;
use futures::future::BoxFuture;
use store::StoreError;
use store::view::{Put, SearchRow, SearchView, UnreadChange};

use crate::View;

/// Answers as the view would, and writes nothing.
#[derive(Clone, Debug)]
pub struct Rehearsal(SearchView);

impl Rehearsal {
    /// Of writes to this view.
    #[must_use]
    pub fn of(view: SearchView) -> Self {
        Self(view)
    }

    async fn look(&self, row: &SearchRow) -> Result<Put, StoreError> {
        let shown = self.0.get(&row.trip_id).await?;
        let is_stale = shown.is_some_and(|shown| shown.version >= row.version);
        Ok(if is_stale { Put::Stale } else { Put::Written })
    }
}

impl View for Rehearsal {
    /// What writing `row` would come to now.
    fn put_newer<'a>(&'a self, row: &'a SearchRow) -> BoxFuture<'a, Result<Put, StoreError>> {
        self.look(row).boxed()
    }

    /// Keeps nothing.
    fn set_aside<'a>(&'a self, _: &'a UnreadChange) -> BoxFuture<'a, Result<(), StoreError>> {
        async { Ok(()) }.boxed()
    }
}
