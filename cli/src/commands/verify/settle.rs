//! Tells drift from lag: what differs is read again, for a bounded time, before it counts.

use std::collections::BTreeSet;
use std::time::Duration;

use anyhow::bail;
use domain::TripId;
use futures::{StreamExt, TryStreamExt, stream};
use tokio::time::{Instant, sleep};

use super::report::Report;
use crate::commands::tables::{LiveTables, Pair};
use crate::output::Output;
use crate::verify::{Difference, compare, compare_one};

/// How long the view may lag behind.
const PATIENCE: Duration = Duration::from_secs(5);
/// How long to wait between two looks.
const PAUSE: Duration = Duration::from_millis(200);
/// Trips that are read again at once.
const AT_ONCE: usize = 16;

/// Compares one trip with its row.
pub(super) async fn one(tables: &LiveTables, trip: &TripId) -> anyhow::Result<Report> {
    let Pair { trip: known, row } = tables.pair(trip).await?;
    let (trips, rows) = (usize::from(known.is_some()), usize::from(row.is_some()));
    if trips + rows == 0 {
        bail!("neither the write table nor the view knows a trip {trip}");
    }
    let differences = settle(tables, BTreeSet::from([trip.clone()])).await?;
    Ok(Report { trips, rows, differences, unreadable: Vec::new() })
}

/// Compares all trips with all rows.
pub(super) async fn all(tables: &LiveTables, output: &Output) -> anyhow::Result<Report> {
    let spinner = output.spinner("reading both tables".to_owned());
    let (trips, rows) = tokio::try_join!(tables.trips(), tables.rows())?;
    let (trip_count, row_count) = (trips.rows.len(), rows.rows.len());
    let suspects = ids(&compare(trips.rows, rows.rows)?);
    spinner.say(format!("reading {} trips that differ again", suspects.len()));
    Ok(Report {
        trips: trip_count,
        rows: row_count,
        differences: settle(tables, suspects).await?,
        unreadable: [trips.unreadable, rows.unreadable].concat(),
    })
}

/// Looks at the suspects until none differs, or the patience is at its end.
async fn settle(
    tables: &LiveTables,
    mut suspects: BTreeSet<TripId>,
) -> anyhow::Result<Vec<Difference>> {
    let deadline = Instant::now() + PATIENCE;
    loop {
        let differences = look(tables, &suspects).await?;
        if differences.is_empty() || Instant::now() >= deadline {
            return Ok(differences);
        }
        suspects = ids(&differences);
        sleep(PAUSE).await;
    }
}

async fn look(tables: &LiveTables, suspects: &BTreeSet<TripId>) -> anyhow::Result<Vec<Difference>> {
    let pairs = stream::iter(suspects).map(|trip| tables.pair(trip)).buffered(AT_ONCE);
    let pairs: Vec<Pair> = pairs.try_collect().await?;
    let mut differences = Vec::new();
    for Pair { trip, row } in pairs {
        differences.extend(compare_one(trip.as_ref(), row.as_ref())?);
    }
    Ok(differences)
}

fn ids(differences: &[Difference]) -> BTreeSet<TripId> {
    differences.iter().map(|difference| difference.trip_id.clone()).collect()
}
