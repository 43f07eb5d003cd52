//! The two tables of an installation side by side: trips and rows of the view.

use domain::TripId;
use projector::Read;
use store::view::SearchView;
use store::{CodecError, StoreError, UnreadableItem};

use crate::drift::Said;
use crate::{Installation, NotFound};

/// The write table and the view.
#[derive(Clone, Copy)]
pub(crate) struct LiveTables<'a> {
    at: &'a Installation,
    view: &'a SearchView,
}

/// One trip from both tables.
pub(crate) struct Pair {
    pub(crate) trip: Option<Said>,
    pub(crate) row: Option<Said>,
}

impl<'a> LiveTables<'a> {
    /// The write table of an installation, and a view of it.
    pub(crate) fn of(at: &'a Installation, view: &'a SearchView) -> Self {
        Self { at, view }
    }

    /// One trip and its row.
    pub(crate) async fn pair(self, id: &TripId) -> anyhow::Result<Pair> {
        let trip = match self.at.trips.root(id).await {
            Ok(root) => root.map(|root| Ok(root.summary)),
            Err(StoreError::Codec(source)) => Some(Err(unreadable(id, source))),
            Err(error) => return Err(self.failed(error)),
        };
        let held = self.view.look(id).await.map_err(|error| self.failed(error))?;
        Ok(Pair { trip, row: held.map(|held| held.row) })
    }

    /// The rows of these trips, as far as they are there.
    pub(crate) async fn rows_of(self, trips: &[Said]) -> anyhow::Result<Vec<Said>> {
        let held = self.view.look_at(&ids(trips)).await.map_err(|error| self.failed(error))?;
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
    pub(crate) fn said(self, read: Vec<Read>) -> anyhow::Result<Vec<Said>> {
        let said = |read| match read {
            Ok(row) => Ok(Ok(row)),
            Err(StoreError::Unreadable(item)) => Ok(Err(item)),
            Err(error) => Err(self.failed(error)),
        };
        read.into_iter().map(said).collect()
    }

    /// The error, with what to do about it.
    fn failed(self, error: StoreError) -> anyhow::Error {
        self.at.place().unstored(error)
    }
}

impl Installation {
    /// The view in a table: the one that answers, unless another is named.
    ///
    /// # Errors
    /// [`NotFound`] if there is no such table; or when the database cannot be asked.
    pub async fn view_in(&self, table: Option<&str>) -> anyhow::Result<SearchView> {
        let Some(table) = table else { return Ok(self.view.clone()) };
        let view = self.view.in_table(table);
        match view.exists().await {
            Ok(true) => Ok(view),
            Ok(false) => Err(NotFound::new(format!("there is no table {table}"), []).into()),
            Err(error) => Err(self.place().unstored(error)),
        }
    }

    /// What a command needs to work on that view of this installation.
    pub(crate) fn option(&self, view: &SearchView) -> String {
        let place = self.place().option();
        if view.table() == self.view.table() {
            return place;
        }
        format!("{place} --table {}", view.table())
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
