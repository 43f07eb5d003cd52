//! Separates drift from lag: a trip that differs is read again, for a limited time, before it
//! counts.

use std::collections::BTreeSet;
use std::time::Duration;

use anyhow::bail;
use domain::TripId;
use futures::{StreamExt, TryStreamExt, stream};
use tokio::time::{Instant, sleep};

use super::report::Report;
use crate::commands::tables::{LiveTables, Pair};
use crate::drift::{Comparison, Difference, compare_one};
use crate::output::{Output, Spinner};
use crate::render::count;

/// How long the view may lag behind.
const PATIENCE: Duration = Duration::from_secs(5);
/// How long to wait between two reads.
const PAUSE: Duration = Duration::from_millis(200);
/// Trips that are read again at once.
const AT_ONCE: usize = 16;
/// After how many trips the progress is told.
const PROGRESS: usize = 1_000;

/// Compares one trip with its row.
pub(super) async fn one(tables: &LiveTables, trip: &TripId) -> anyhow::Result<Report> {
    let Pair { trip: known, row } = tables.pair(trip).await?;
    let (trips, rows) = (usize::from(known.is_some()), usize::from(row.is_some()));
    if trips + rows == 0 {
        bail!("neither the write table nor the view knows a trip {trip}");
    }
    let differences = settle(tables, BTreeSet::from([trip.clone()])).await?;
    Ok(Report { trips, rows, differences })
}

/// Compares all trips with all rows.
pub(super) async fn all(tables: &LiveTables, output: &Output) -> anyhow::Result<Report> {
    let spinner = output.spinner("reading both tables".to_owned());
    let comparison = read(tables, &spinner).await?;
    let (trips, rows) = (comparison.trips, comparison.rows);
    let found = comparison.finish()?;
    let suspects = ids(&found);
    spinner.say(format!("reading {} trips that differ again", suspects.len()));
    // A trip whose id is not valid cannot be read by its id: the first read must do.
    let mut differences: Vec<_> = found.into_iter().filter(|found| id(found).is_none()).collect();
    differences.extend(settle(tables, suspects).await?);
    Ok(Report { trips, rows, differences })
}

/// Reads both tables side by side: the embedded engine lists them in the same order, so that hardly
/// anything waits for its other half.
async fn read(tables: &LiveTables, spinner: &Spinner) -> anyhow::Result<Comparison> {
    let (trips, rows) = (tables.trips(), tables.rows());
    tokio::pin!(trips, rows);
    let mut comparison = Comparison::default();
    let (mut more_trips, mut more_rows) = (true, true);
    while more_trips || more_rows {
        if more_trips && (comparison.trips <= comparison.rows || !more_rows) {
            match trips.try_next().await? {
                Some(trip) => comparison.trip(trip)?,
                None => more_trips = false,
            }
        } else {
            match rows.try_next().await? {
                Some(row) => comparison.row(row)?,
                None => more_rows = false,
            }
        }
        if comparison.trips % PROGRESS == 0 {
            spinner.say(format!("{} read", count(comparison.trips, "trip")));
        }
    }
    Ok(comparison)
}

/// Reads the suspects again until none differs, or the time is over.
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
    differences.iter().filter_map(id).collect()
}

fn id(difference: &Difference) -> Option<TripId> {
    TripId::parse(&difference.trip_id).ok()
}
