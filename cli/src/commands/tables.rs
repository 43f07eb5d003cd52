//! The two tables of an installation side by side: trips and rows of the view.

use domain::TripId;
use futures::{Stream, StreamExt};
use projector::{Powers, Rebuild};
use store::view::SearchRow;
use store::{CodecError, StoreError, UnreadableItem};

use crate::drift::Said;
use crate::operator::{Address, Installation};

/// The write table and the view.
pub(in crate::commands) struct LiveTables {
    pub(in crate::commands) at: Installation,
}

/// One trip from both tables.
pub(in crate::commands) struct Pair {
    pub(in crate::commands) trip: Option<Said>,
    pub(in crate::commands) row: Option<Said>,
}

impl LiveTables {
    /// The tables of the installation that the arguments name.
    pub(in crate::commands) async fn of(address: &Address) -> anyhow::Result<Self> {
        Ok(Self { at: Installation::at(address).await? })
    }

    /// One trip and its row.
    pub(in crate::commands) async fn pair(&self, id: &TripId) -> anyhow::Result<Pair> {
        let trip = match self.at.trips.root(id).await {
            Ok(root) => root.map(|root| Ok(root.summary)),
            Err(StoreError::Codec(source)) => Some(Err(unreadable(id, source))),
            Err(error) => return Err(self.failed(error)),
        };
        let held = self.at.view.look(id).await.map_err(|error| self.failed(error))?;
        Ok(Pair { trip, row: held.map(|held| held.row) })
    }

    /// A rebuild of the view.
    pub(in crate::commands) fn rebuild(&self, powers: Powers) -> Rebuild {
        Rebuild::new(self.at.trips.clone(), self.at.view.clone(), powers)
    }

    /// Every trip of the write table.
    pub(in crate::commands) fn trips(&self) -> impl Stream<Item = anyhow::Result<Said>> {
        self.said(self.at.trips.all_trips())
    }

    /// Every row of the view.
    pub(in crate::commands) fn rows(&self) -> impl Stream<Item = anyhow::Result<Said>> {
        self.said(self.at.view.all_rows())
    }

    /// The rows of these trips, as far as they are there.
    pub(in crate::commands) async fn rows_of(&self, trips: &[Said]) -> anyhow::Result<Vec<Said>> {
        let held = self.at.view.look_at(&ids(trips)).await.map_err(|error| self.failed(error))?;
        Ok(held.into_values().map(|held| held.row).collect())
    }

    /// Those of the rows that have no trip.
    pub(in crate::commands) async fn orphans(&self, rows: &[Said]) -> anyhow::Result<Vec<Said>> {
        let existing = self.at.trips.existing(&ids(rows)).await;
        let existing = existing.map_err(|error| self.failed(error))?;
        let has_trip = |row: &&Said| !id(row).is_some_and(|id| existing.contains(&id));
        Ok(rows.iter().filter(has_trip).cloned().collect())
    }

    /// What cannot be read is a finding; a table that cannot be reached is an error.
    fn said(
        &self,
        rows: impl Stream<Item = Result<SearchRow, StoreError>>,
    ) -> impl Stream<Item = anyhow::Result<Said>> {
        rows.map(|row| match row {
            Ok(row) => Ok(Ok(row)),
            Err(StoreError::Unreadable(item)) => Ok(Err(item)),
            Err(error) => Err(self.failed(error)),
        })
    }

    /// The error, with what to do about it.
    pub(in crate::commands) fn failed(&self, error: StoreError) -> anyhow::Error {
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
