//! The two tables of an installation side by side: trips and rows of the view.

use domain::TripId;
use futures::{Stream, StreamExt};
use store::view::SearchRow;
use store::{CodecError, StoreError, UnreadableItem};

use crate::Installation;
use crate::drift::Said;

/// The write table and the view.
#[derive(Clone, Copy)]
pub(crate) struct LiveTables<'a> {
    at: &'a Installation,
}

/// One trip from both tables.
pub(crate) struct Pair {
    pub(crate) trip: Option<Said>,
    pub(crate) row: Option<Said>,
}

impl<'a> LiveTables<'a> {
    /// The tables of an installation.
    pub(crate) fn of(at: &'a Installation) -> Self {
        Self { at }
    }

    /// One trip and its row.
    pub(crate) async fn pair(self, id: &TripId) -> anyhow::Result<Pair> {
        let trip = match self.at.trips.root(id).await {
            Ok(root) => root.map(|root| Ok(root.summary)),
            Err(StoreError::Codec(source)) => Some(Err(unreadable(id, source))),
            Err(error) => return Err(self.failed(error)),
        };
        let held = self.at.view.look(id).await.map_err(|error| self.failed(error))?;
        Ok(Pair { trip, row: held.map(|held| held.row) })
    }

    /// Every trip of the write table.
    pub(crate) fn trips(self) -> impl Stream<Item = anyhow::Result<Said>> {
        self.said(self.at.trips.all_trips())
    }

    /// Every row of the view.
    pub(crate) fn rows(self) -> impl Stream<Item = anyhow::Result<Said>> {
        self.said(self.at.view.all_rows())
    }

    /// The rows of these trips, as far as they are there.
    pub(crate) async fn rows_of(self, trips: &[Said]) -> anyhow::Result<Vec<Said>> {
        let held = self.at.view.look_at(&ids(trips)).await.map_err(|error| self.failed(error))?;
        Ok(held.into_values().map(|held| held.row).collect())
    }

    /// Those of the rows that have no trip.
    pub(crate) async fn orphans(self, rows: &[Said]) -> anyhow::Result<Vec<Said>> {
        let existing = self.at.trips.existing(&ids(rows)).await;
        let existing = existing.map_err(|error| self.failed(error))?;
        let has_trip = |row: &&Said| !id(row).is_some_and(|id| existing.contains(&id));
        Ok(rows.iter().filter(has_trip).cloned().collect())
    }

    /// What cannot be read is a finding; a table that cannot be reached is an error.
    fn said(
        self,
        rows: impl Stream<Item = Result<SearchRow, StoreError>>,
    ) -> impl Stream<Item = anyhow::Result<Said>> {
        rows.map(move |row| match row {
            Ok(row) => Ok(Ok(row)),
            Err(StoreError::Unreadable(item)) => Ok(Err(item)),
            Err(error) => Err(self.failed(error)),
        })
    }

    /// The error, with what to do about it.
    fn failed(self, error: StoreError) -> anyhow::Error {
        self.at.place().unstored(error)
    }
}

/// The ids by which a table can be read.
fn ids(said: &[Said]) -> Vec<TripId> {
    said.iter().filter_map(id).collect()
}

fn id(said: &Said) -> Option<TripId> {
    match said {
        Ok(row) => Some(row.trip_id.clone()),
        Err(item) => TripId::parse(&item.trip_id).ok(),
    }
}

fn unreadable(id: &TripId, source: CodecError) -> UnreadableItem {
    UnreadableItem { trip_id: id.to_string(), source }
}
