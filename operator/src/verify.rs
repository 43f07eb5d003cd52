//! Compares the search view with the write table.
//!
//! Drift is separated from lag: a trip that differs is read again, for a limited time, before it
//! counts.

use std::collections::BTreeSet;
use std::time::Duration;

use domain::{Clock, TripId};
use futures::{StreamExt, TryStreamExt, stream};
use lambda_kit::clock::SystemClock;
use projector::Read;
use serde::{Deserialize, Serialize};
use store::view::{SearchView, Verification};
use tokio::time::{Instant, sleep};

use crate::drift::{Difference, compare, compare_one};
use crate::failure::NotFound;
use crate::pass::{Checkpoint, Found, How, Pass, Side, Told};
use crate::tables::{LiveTables, Pair};
use crate::{Installation, Task, hint};

/// How long the view may lag behind.
const PATIENCE: Duration = Duration::from_secs(5);
/// How long to wait between two reads.
const PAUSE: Duration = Duration::from_millis(200);
/// Reads in flight at once.
const AT_ONCE: usize = 16;

/// The result of a comparison.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Comparison {
    /// Trips that were read.
    pub trips: usize,
    /// Rows that were read.
    pub rows: usize,
    /// The trips that differ or cannot be compared.
    pub differences: Vec<Difference>,
}

impl Comparison {
    /// Whether nothing was found.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.differences.is_empty()
    }

    /// The same with commands for that view of that installation.
    fn at(mut self, at: &Installation, view: &SearchView) -> Self {
        for found in &mut self.differences {
            found.mend = hint::with_option(&found.mend, &at.option(view));
        }
        self
    }
}

impl Found for Comparison {
    fn add(&mut self, more: Self) {
        self.trips += more.trips;
        self.rows += more.rows;
        self.differences.extend(more.differences);
    }
}

/// Compares one trip with its row in a view.
///
/// # Errors
/// [`NotFound`] if there is neither; or when a table cannot be read.
pub async fn one(
    at: &Installation,
    view: &SearchView,
    trip: &TripId,
) -> anyhow::Result<Comparison> {
    let tables = LiveTables::of(at, view);
    let Pair { trip: known, row } = tables.pair(trip).await?;
    let (trips, rows) = (usize::from(known.is_some()), usize::from(row.is_some()));
    if trips + rows == 0 {
        return Err(NotFound::trip(trip).into());
    }
    let differences = settle(tables, BTreeSet::from([trip.clone()])).await?;
    Ok(Comparison { trips, rows, differences }.at(at, view))
}

/// Compares all trips with all rows of a view, and remembers there when that was and how it ended.
/// It goes on `from` where an earlier comparison was cut off; `told` is told how far it is.
///
/// # Errors
/// When a table cannot be read, that cannot be noted, or `told` fails.
pub fn all<'a>(
    at: &'a Installation,
    view: &'a SearchView,
    how: How,
    from: Option<Checkpoint<Comparison>>,
    told: &'a Told<'a, Comparison>,
) -> Task<'a, Comparison> {
    Box::pin(async move {
        let tables = LiveTables::of(at, view);
        let pass = Pass::new(at, &format!("verify {}", view.table()), how, from, told)?;
        let trips = |read| compare_trips(tables, read);
        pass.read(Side::Trips, |segment, after| at.trips.pages_of_trips(segment, after), trips)
            .await?;
        let rows = |read| compare_rows(tables, read);
        pass.read(Side::Rows, |segment, after| view.pages_of_rows(segment, after), rows).await?;
        let Comparison { trips, rows, differences: found } = pass.end();
        let suspects = ids(&found);
        // A trip whose id is not valid cannot be read by its id: the first read must do.
        let mut differences: Vec<_> =
            found.into_iter().filter(|found| id(found).is_none()).collect();
        differences.extend(settle(tables, suspects).await?);
        differences.sort_by(|one, other| one.trip_id.cmp(&other.trip_id));
        let comparison = Comparison { trips, rows, differences }.at(at, view);
        note(at, view, &comparison).await?;
        Ok(comparison)
    })
}

/// Remembers the comparison of the whole view.
async fn note(at: &Installation, view: &SearchView, comparison: &Comparison) -> anyhow::Result<()> {
    let verification = Verification {
        verified_at: SystemClock.now(),
        trips: comparison.trips as u64,
        rows: comparison.rows as u64,
        findings: comparison.differences.len() as u64,
    };
    let noted = view.note_verification(&verification).await;
    noted.map_err(|error| at.place().unstored(error))
}

/// Compares trips with their rows.
async fn compare_trips(tables: LiveTables<'_>, read: Vec<Read>) -> anyhow::Result<Comparison> {
    let trips = tables.said(read)?;
    let rows = tables.rows_of(&trips).await?;
    Ok(Comparison { trips: trips.len(), rows: 0, differences: compare(trips, rows)? })
}

/// Finds the rows that have no trip.
async fn compare_rows(tables: LiveTables<'_>, read: Vec<Read>) -> anyhow::Result<Comparison> {
    let rows = tables.said(read)?;
    let orphans = tables.orphans(&rows).await?;
    Ok(Comparison { trips: 0, rows: rows.len(), differences: compare([], orphans)? })
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
