//! Compares the search view with the write table.
//!
//! Drift is separated from lag: a trip that differs is read again, for a limited time, before it
//! counts.

use std::collections::BTreeSet;
use std::pin::pin;
use std::time::Duration;

use domain::{Clock, TripId};
use futures::{StreamExt, TryStreamExt, stream};
use lambda_kit::clock::SystemClock;
use serde::Serialize;
use store::view::Verification;
use tokio::time::{Instant, sleep};

use crate::drift::{Difference, compare, compare_one};
use crate::failure::NotFound;
use crate::tables::{LiveTables, Pair};
use crate::{Installation, hint};

/// How long the view may lag behind.
const PATIENCE: Duration = Duration::from_secs(5);
/// How long to wait between two reads.
const PAUSE: Duration = Duration::from_millis(200);
/// Reads in flight at once.
const AT_ONCE: usize = 16;
/// Trips of one read: as many as one call reads by their keys.
const TRIPS_A_READ: usize = 100;

/// The result of a comparison.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Comparison {
    /// Trips that were read.
    pub trips: usize,
    /// Rows that were read.
    pub rows: usize,
    /// The trips that differ or cannot be compared.
    pub differences: Vec<Difference>,
}

/// How far a comparison of the whole view is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// So many trips are compared with their rows.
    Trips(usize),
    /// After all trips, it is known of so many rows whether they have one.
    Rows(usize),
    /// So many trips differ, and are read again.
    Suspects(usize),
}

impl Comparison {
    /// Whether nothing was found.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.differences.is_empty()
    }

    /// The same with commands for that installation.
    fn at(mut self, at: &Installation) -> Self {
        for found in &mut self.differences {
            found.mend = hint::with_option(&found.mend, &at.place().option());
        }
        self
    }
}

/// Compares one trip with its row.
///
/// # Errors
/// [`NotFound`] if there is neither; or when a table cannot be read.
pub async fn one(at: &Installation, trip: &TripId) -> anyhow::Result<Comparison> {
    let tables = LiveTables::of(at);
    let Pair { trip: known, row } = tables.pair(trip).await?;
    let (trips, rows) = (usize::from(known.is_some()), usize::from(row.is_some()));
    if trips + rows == 0 {
        return Err(NotFound::trip(trip).into());
    }
    let differences = settle(tables, BTreeSet::from([trip.clone()])).await?;
    Ok(Comparison { trips, rows, differences }.at(at))
}

/// Compares all trips with all rows, and remembers in the view when that was and how it ended.
///
/// # Errors
/// When a table cannot be read, or that cannot be noted.
pub async fn all(at: &Installation, progress: impl Fn(Progress)) -> anyhow::Result<Comparison> {
    let tables = LiveTables::of(at);
    let mut first = Found::default();
    first.trips(tables, &progress).await?;
    first.rows(tables, &progress).await?;
    let Found { trips, rows, differences: found } = first;
    let suspects = ids(&found);
    progress(Progress::Suspects(suspects.len()));
    // A trip whose id is not valid cannot be read by its id: the first read must do.
    let mut differences: Vec<_> = found.into_iter().filter(|found| id(found).is_none()).collect();
    differences.extend(settle(tables, suspects).await?);
    differences.sort_by(|one, other| one.trip_id.cmp(&other.trip_id));
    let comparison = Comparison { trips, rows, differences }.at(at);
    note(at, &comparison).await?;
    Ok(comparison)
}

/// Remembers the comparison of the whole view.
async fn note(at: &Installation, comparison: &Comparison) -> anyhow::Result<()> {
    let verification = Verification {
        verified_at: SystemClock.now(),
        trips: comparison.trips as u64,
        rows: comparison.rows as u64,
        findings: comparison.differences.len() as u64,
    };
    let noted = at.view.note_verification(&verification).await;
    noted.map_err(|error| at.place().unstored(error))
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
    async fn trips(
        &mut self,
        tables: LiveTables<'_>,
        progress: &impl Fn(Progress),
    ) -> anyhow::Result<()> {
        let chunks = tables.trips().chunks(TRIPS_A_READ).map(|trips| async {
            let trips = trips.into_iter().collect::<anyhow::Result<Vec<_>>>()?;
            let rows = tables.rows_of(&trips).await?;
            anyhow::Ok((trips, rows))
        });
        let mut chunks = pin!(chunks.buffered(AT_ONCE));
        while let Some((trips, rows)) = chunks.try_next().await? {
            self.trips += trips.len();
            self.differences.extend(compare(trips, rows)?);
            progress(Progress::Trips(self.trips));
        }
        Ok(())
    }

    /// Finds the rows that have no trip.
    async fn rows(
        &mut self,
        tables: LiveTables<'_>,
        progress: &impl Fn(Progress),
    ) -> anyhow::Result<()> {
        let chunks = tables.rows().chunks(TRIPS_A_READ).map(|rows| async {
            let rows = rows.into_iter().collect::<anyhow::Result<Vec<_>>>()?;
            let orphans = tables.orphans(&rows).await?;
            anyhow::Ok((rows.len(), orphans))
        });
        let mut chunks = pin!(chunks.buffered(AT_ONCE));
        while let Some((rows, orphans)) = chunks.try_next().await? {
            self.rows += rows;
            self.differences.extend(compare([], orphans)?);
            progress(Progress::Rows(self.rows));
        }
        Ok(())
    }
}

/// Reads the suspects again until none differs, or the time is over.
async fn settle(
    tables: LiveTables<'_>,
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

async fn look(
    tables: LiveTables<'_>,
    suspects: &BTreeSet<TripId>,
) -> anyhow::Result<Vec<Difference>> {
    // Each read owns its id: one that borrows it could not be sent to another thread.
    let pairs = stream::iter(suspects.clone());
    let pairs = pairs.map(|trip| async move { tables.pair(&trip).await }).buffered(AT_ONCE);
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
