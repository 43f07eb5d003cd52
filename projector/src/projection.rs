//! Writes the changed trips into the view, a few at a time.

use futures::StreamExt;
use futures::stream;
use lambda_kit::deadline::Deadline;
use lambda_kit::error::chain;
use lambda_kit::metrics;
use store::StoreError;
use store::view::Put;
use tokio::time::timeout_at;

use crate::Deps;
use crate::intake::Changed;

/// Writes that are under way at once.
pub(crate) const CONCURRENT_WRITES: usize = 8;

/// What became of a trip's row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    Written,
    /// The view held this version or a newer one.
    Stale,
    /// This row can never be written as it is.
    SetAside,
    /// Its records have to come again.
    Undone,
}

/// Writes each trip's row, whatever becomes of the others: writing one again changes nothing.
/// Answers with the first record of a trip whose row was not written.
pub(crate) async fn project(deps: &Deps, trips: Vec<Changed>, deadline: Deadline) -> Option<usize> {
    let writes = trips
        .into_iter()
        .map(|trip| async move { (write(deps, &trip, deadline).await, trip.first) });
    let fates: Vec<_> = stream::iter(writes).buffer_unordered(CONCURRENT_WRITES).collect().await;
    let with = |fate| fates.iter().filter(move |(found, _)| *found == fate);
    metrics::count("RowsWritten", with(Fate::Written).count());
    metrics::count("RowsStale", with(Fate::Stale).count());
    metrics::count("RowsSetAside", with(Fate::SetAside).count());
    with(Fate::Undone).map(|(_, first)| *first).min()
}

async fn write(deps: &Deps, trip: &Changed, deadline: Deadline) -> Fate {
    let trip_id = &trip.row.trip_id;
    match timeout_at(deadline.instant(), deps.view.put_newer(&trip.row)).await {
        Ok(Ok(Put::Written)) => Fate::Written,
        Ok(Ok(Put::Stale)) => Fate::Stale,
        Ok(Err(error @ (StoreError::Codec(_) | StoreError::Limit(_)))) => {
            tracing::error!(%trip_id, error = chain(&error), "a row can never be written");
            Fate::SetAside
        }
        Ok(Err(error)) => {
            tracing::warn!(%trip_id, error = chain(&error), "a row was not written");
            Fate::Undone
        }
        Err(_) => {
            tracing::warn!(%trip_id, "a row was not written in time");
            Fate::Undone
        }
    }
}
