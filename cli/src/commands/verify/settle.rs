//! Separates drift from lag: a trip that differs is read again, for a limited time, before it
//! counts.

use std::collections::BTreeSet;
use std::pin::pin;
use std::time::Duration;

use domain::TripId;
use futures::{StreamExt, TryStreamExt, stream};
use tokio::time::{Instant, sleep};

use super::report::Report;
use crate::commands::tables::{LiveTables, Pair};
use crate::drift::{Difference, compare, compare_one};
use crate::failure::NotFound;
use crate::output::{Output, Spinner};
use crate::render::count;

/// How long the view may lag behind.
const PATIENCE: Duration = Duration::from_secs(5);
/// How long to wait between two reads.
const PAUSE: Duration = Duration::from_millis(200);
/// Reads in flight at once.
const AT_ONCE: usize = 16;
/// Trips of one read: as many as one call reads by their keys.
const TRIPS_A_READ: usize = 100;

/// Compares one trip with its row.
pub(super) async fn one(tables: &LiveTables, trip: &TripId) -> anyhow::Result<Report> {
    let Pair { trip: known, row } = tables.pair(trip).await?;
    let (trips, rows) = (usize::from(known.is_some()), usize::from(row.is_some()));
    if trips + rows == 0 {
        return Err(NotFound::trip(trip).into());
    }
    let differences = settle(tables, BTreeSet::from([trip.clone()])).await?;
    Ok(Report { trips, rows, differences })
}

/// Compares all trips with all rows.
pub(super) async fn all(tables: &LiveTables, output: &Output) -> anyhow::Result<Report> {
    let spinner = output.spinner("reading the write table".to_owned());
    let mut first = Found::default();
    first.trips(tables, &spinner).await?;
    first.rows(tables, &spinner).await?;
    let Found { trips, rows, differences: found } = first;
    let suspects = ids(&found);
    spinner.say(format!("reading {} trips that differ again", suspects.len()));
    // A trip whose id is not valid cannot be read by its id: the first read must do.
    let mut differences: Vec<_> = found.into_iter().filter(|found| id(found).is_none()).collect();
    differences.extend(settle(tables, suspects).await?);
    differences.sort_by(|one, other| one.trip_id.cmp(&other.trip_id));
    Ok(Report { trips, rows, differences })
}

/// What a first read of both tables finds. It holds a hundred trips at a time, and what differs.
#[derive(Default)]
struct Found {
    trips: usize,
    rows: usize,
    differences: Vec<Difference>,
}

impl Found {
    /// Compares every trip with its row.
    async fn trips(&mut self, tables: &LiveTables, spinner: &Spinner) -> anyhow::Result<()> {
        let chunks = tables.trips().chunks(TRIPS_A_READ).map(|trips| async {
            let trips = trips.into_iter().collect::<anyhow::Result<Vec<_>>>()?;
            let rows = tables.rows_of(&trips).await?;
            anyhow::Ok((trips, rows))
        });
        let mut chunks = pin!(chunks.buffered(AT_ONCE));
        while let Some((trips, rows)) = chunks.try_next().await? {
            self.trips += trips.len();
            self.differences.extend(compare(trips, rows)?);
            spinner.say(format!("{} compared", count(self.trips, "trip")));
        }
        Ok(())
    }

    /// Finds the rows that have no trip.
    async fn rows(&mut self, tables: &LiveTables, spinner: &Spinner) -> anyhow::Result<()> {
        let chunks = tables.rows().chunks(TRIPS_A_READ).map(|rows| async {
            let rows = rows.into_iter().collect::<anyhow::Result<Vec<_>>>()?;
            let orphans = tables.orphans(&rows).await?;
            anyhow::Ok((rows.len(), orphans))
        });
        let mut chunks = pin!(chunks.buffered(AT_ONCE));
        while let Some((rows, orphans)) = chunks.try_next().await? {
            self.rows += rows;
            self.differences.extend(compare([], orphans)?);
            spinner.say(format!("{} compared", count(self.rows, "row")));
        }
        Ok(())
    }
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
