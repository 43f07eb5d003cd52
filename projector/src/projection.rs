//! Writes the changed trips into the view, a few at a time.

use futures::StreamExt;
use futures::stream;
use lambda_kit::deadline::{Deadline, Missed};
use lambda_kit::error::chain;
use lambda_kit::metrics;
use store::StoreError;
use store::view::Put;

use crate::Deps;
use crate::intake::Changed;

/// The number of concurrent writes.
pub(crate) const CONCURRENT_WRITES: usize = 8;

/// The result for a trip's row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum WriteFate {
    Written,
    /// The view held this version or a newer one.
    Stale,
    /// This row can never be written in its present form.
    SetAside,
    /// Its records must be sent again.
    Undone,
}

/// Writes each trip's row, even if others fail: writing a row again changes nothing. Returns the
/// first record of a trip whose row was not written.
pub(crate) async fn project(deps: &Deps, trips: Vec<Changed>, deadline: Deadline) -> Option<usize> {
    let writes = trips
        .into_iter()
        .map(|trip| async move { (write(deps, &trip, deadline).await, trip.first) });
    let fates: Vec<_> = stream::iter(writes).buffer_unordered(CONCURRENT_WRITES).collect().await;
    let with = |fate| fates.iter().filter(move |(found, _)| *found == fate);
    metrics::count("RowsWritten", with(WriteFate::Written).count());
    metrics::count("RowsStale", with(WriteFate::Stale).count());
    metrics::count("RowsSetAside", with(WriteFate::SetAside).count());
    with(WriteFate::Undone).map(|(_, first)| *first).min()
}

async fn write(deps: &Deps, trip: &Changed, deadline: Deadline) -> WriteFate {
    let trip_id = &trip.row.trip_id;
    match deadline.call(deps.view.put_newer(&trip.row)).await {
        Ok(Put::Written) => WriteFate::Written,
        Ok(Put::Stale) => WriteFate::Stale,
        Err(error @ Missed::Failed(StoreError::Codec(_) | StoreError::Limit(_))) => {
            tracing::error!(%trip_id, error = chain(&error), "a row can never be written");
            WriteFate::SetAside
        }
        Err(error) => {
            tracing::warn!(%trip_id, error = chain(&error), "a row was not written");
            WriteFate::Undone
        }
    }
}
