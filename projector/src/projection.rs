//! Writes the changed trips of a batch into the view, several at a time.

use futures::{StreamExt, stream};
use lambda_kit::deadline::Deadline;
use lambda_kit::error::chain;
use lambda_kit::metrics;
use store::view::Put;

use crate::View;
use crate::intake::Changed;

/// Rows of different trips do not depend on each other; so many are written at once.
const CONCURRENT_WRITES: usize = 8;

/// What became of one row.
enum Written {
    Newer,
    /// The view held this version or a later one.
    Stale,
    /// The place of the trip's first record, which has to come again.
    Undone(usize),
}

/// Writes every row that is newer than the view's. The lowest place whose trip could not be written.
pub(crate) async fn project(
    view: &dyn View,
    trips: Vec<Changed>,
    deadline: Deadline,
) -> Option<usize> {
    let writes = trips.into_iter().map(|trip| write(view, trip, deadline));
    let written: Vec<Written> =
        stream::iter(writes).buffer_unordered(CONCURRENT_WRITES).collect().await;
    report(&written);
    written.iter().filter_map(undone).min()
}

async fn write(view: &dyn View, trip: Changed, deadline: Deadline) -> Written {
    if deadline.has_passed() {
        return Written::Undone(trip.first);
    }
    match view.put_newer(&trip.row).await {
        Ok(Put::Written) => Written::Newer,
        Ok(Put::Stale) => Written::Stale,
        Err(error) => {
            tracing::warn!(trip_id = %trip.row.trip_id, error = chain(&error), "a row is not written");
            Written::Undone(trip.first)
        }
    }
}

fn undone(written: &Written) -> Option<usize> {
    match written {
        Written::Undone(place) => Some(*place),
        Written::Newer | Written::Stale => None,
    }
}

fn report(written: &[Written]) {
    let count = |kind: fn(&Written) -> bool| written.iter().filter(|row| kind(row)).count();
    metrics::count("RowsWritten", count(|row| matches!(row, Written::Newer)));
    metrics::count("RowsStale", count(|row| matches!(row, Written::Stale)));
    metrics::count("RowsNotWritten", count(|row| matches!(row, Written::Undone(_))));
}
