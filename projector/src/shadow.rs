//! Two tables in place of one, while one view takes the place of another.

use std::sync::Arc;

use async_trait::async_trait;
use lambda_kit::error::chain;
use store::StoreError;
use store::view::{Put, SearchRow, UnreadChange};

use crate::View;

/// A view that answers, and a shadow of it that is to take its place.
///
/// A row is written into the shadow first, so that whoever has seen it in the view finds it in the
/// shadow too: searches may pass from one to the other at any moment. It is projected once it is in
/// both. So a shadow that cannot be written makes the stream's records wait, but its failure does
/// not keep a row out of the view that answers.
pub(crate) struct Shadowed {
    pub(crate) live: Arc<dyn View>,
    pub(crate) shadow: Arc<dyn View>,
}

#[async_trait]
impl View for Shadowed {
    async fn put_newer(&self, row: &SearchRow) -> Result<Put, StoreError> {
        let shadow = self.shadow.put_newer(row).await;
        let live = self.live.put_newer(row).await?;
        if let Err(error) = shadow {
            let (trip_id, cause) = (&row.trip_id, chain(&error));
            tracing::warn!(%trip_id, error = cause, "the view's shadow was not written");
            return Err(error);
        }
        Ok(live)
    }

    /// Beside the rows of the view that answers: a rebuild reads the trip itself.
    async fn set_aside(&self, change: &UnreadChange) -> Result<(), StoreError> {
        self.live.set_aside(change).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fakes::{FakeView, Trouble};

    fn row(version: u64) -> SearchRow {
        let row = serde_json::json!({
            "trip_id": "t-1", "customer_id": "alice", "status": "PENDING", "version": version,
            "created_at": "2026-03-01T01:00:00.000Z", "updated_at": "2026-03-01T01:00:00.000Z",
            "status_changed_at": "2026-03-01T01:00:00.000Z",
        });
        serde_json::from_value(row).unwrap()
    }

    fn shadowed(live: &Arc<FakeView>, shadow: &Arc<FakeView>) -> Shadowed {
        Shadowed { live: live.clone(), shadow: shadow.clone() }
    }

    #[tokio::test]
    async fn a_row_is_in_both_and_the_live_view_says_what_became_of_it() {
        let (live, shadow) = (Arc::new(FakeView::default()), Arc::new(FakeView::default()));
        shadow.put_newer(&row(5)).await.unwrap();
        let both = shadowed(&live, &shadow);
        assert_eq!(both.put_newer(&row(3)).await.unwrap(), Put::Written);
        assert_eq!(both.put_newer(&row(3)).await.unwrap(), Put::Stale);
        let at = |version| [("t-1".to_owned(), version)];
        assert_eq!((live.versions(), shadow.versions()), (at(3).into(), at(5).into()));
    }

    #[tokio::test]
    async fn a_shadow_that_fails_keeps_no_row_out_of_the_live_view_and_is_not_passed_over() {
        let live = Arc::new(FakeView::default());
        let shadow = Arc::new(FakeView::with("t-1", Trouble::Throttled));
        let both = shadowed(&live, &shadow);
        let failed = both.put_newer(&row(1)).await.unwrap_err();
        assert!(matches!(failed, StoreError::Throttled { .. }), "{failed}");
        assert_eq!((live.versions().len(), shadow.versions().len()), (1, 0));
        shadow.troubles.lock().unwrap().clear();
        assert_eq!(both.put_newer(&row(1)).await.unwrap(), Put::Stale);
        assert_eq!(shadow.versions().len(), 1);
    }
}
