//! How far the search view lags behind the trips in flight, of which each is about to change.

use domain::{Clock, Timestamp, TripId};
use futures::{StreamExt, TryStreamExt, stream};
use lambda_kit::clock::SystemClock;
use serde::Serialize;
use store::StoreError;
use store::view::SearchRow;

use crate::Installation;

/// Trips that are read at once.
const AT_ONCE: usize = 8;
/// The stream brings a change within seconds; an older one needs a look.
const LATE: u64 = 60;

/// How far the view is behind some trips.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Lag {
    /// Trips that were compared with their rows.
    pub trips: usize,
    /// Those whose rows do not show their last change.
    pub behind: usize,
    /// How long the oldest of these changes has waited for the view.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seconds: Option<u64>,
}

impl Lag {
    /// Whether a change waits for longer than the stream lets one wait.
    #[must_use]
    pub fn is_late(&self) -> bool {
        self.seconds.is_some_and(|seconds| seconds >= LATE)
    }

    fn add(&mut self, trip: &SearchRow, shown: Option<u64>, now: Timestamp) {
        self.trips += 1;
        if shown.is_none_or(|shown| shown < trip.version) {
            self.behind += 1;
            self.seconds = self.seconds.max(Some(now.since(trip.updated_at).as_secs()));
        }
    }
}

/// How far the view is behind these trips. One that cannot be read is left out.
///
/// # Errors
/// When a table cannot be read.
pub async fn of(at: &Installation, trips: Vec<TripId>) -> anyhow::Result<Lag> {
    let unstored = |error| at.place().unstored(error);
    // Each read owns its id: one that borrows it could not be sent to another thread.
    let trips = stream::iter(trips).map(|id| async move { root(at, &id).await }).buffered(AT_ONCE);
    let trips: Vec<Option<SearchRow>> = trips.try_collect().await.map_err(unstored)?;
    let trips: Vec<SearchRow> = trips.into_iter().flatten().collect();
    let ids: Vec<TripId> = trips.iter().map(|trip| trip.trip_id.clone()).collect();
    let now = SystemClock.now();
    let mut lag = Lag::default();
    for (ids, trips) in ids.chunks(100).zip(trips.chunks(100)) {
        let rows = at.view.look_at(ids).await.map_err(unstored)?;
        for trip in trips {
            let shown = rows.get(&trip.trip_id).and_then(|held| held.version());
            lag.add(trip, shown, now);
        }
    }
    Ok(lag)
}

async fn root(at: &Installation, id: &TripId) -> Result<Option<SearchRow>, StoreError> {
    match at.trips.root(id).await {
        Ok(root) => Ok(root.map(|root| root.summary)),
        Err(StoreError::Codec(_)) => Ok(None),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn trip(version: u64, updated_at: &str) -> SearchRow {
        serde_json::from_value(json!({
            "trip_id": "t-1", "customer_id": "alice", "status": "PENDING", "version": version,
            "created_at": "2026-03-01T01:00:00.000Z", "updated_at": updated_at,
            "status_changed_at": updated_at,
        }))
        .unwrap()
    }

    #[test]
    fn the_oldest_change_that_is_not_shown_counts() {
        let now = "2026-03-01T01:10:00Z".parse().unwrap();
        let mut lag = Lag::default();
        lag.add(&trip(3, "2026-03-01T01:00:00.000Z"), Some(3), now);
        assert_eq!((lag.behind, lag.seconds), (0, None));
        lag.add(&trip(3, "2026-03-01T01:09:50.000Z"), Some(2), now);
        assert!(!lag.is_late());
        lag.add(&trip(1, "2026-03-01T01:08:00.000Z"), None, now);
        assert_eq!(lag, Lag { trips: 3, behind: 2, seconds: Some(120) });
        assert!(lag.is_late());
    }
}
