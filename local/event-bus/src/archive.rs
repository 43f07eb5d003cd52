//! The archive: every accepted event, in the order of acceptance, until it is pruned.

mod event;
mod position;
mod subscription;

use std::sync::Arc;

use domain::Timestamp;
use rusqlite::{Connection, Rows, Statement, params};
use tokio::sync::watch;

use crate::database::{Database, StorageError};

pub use event::ArchivedEvent;
pub(crate) use event::NewEvent;
pub use position::Position;
pub use subscription::{EventStream, Filter};

/// Rows that one pruning statement deletes, so that publishers can write in between.
const PRUNE_ROWS: usize = 1000;

const READ: &str = "
    SELECT position, received_at, bus, rules, event FROM bus_events
    WHERE position > ?1 AND position <= ?2 ORDER BY position LIMIT ?3";

const READ_BACK: &str = "
    SELECT position, received_at, bus, rules, event FROM bus_events
    WHERE position < ?1 ORDER BY position DESC LIMIT ?2";

/// The index is named, since SQLite would otherwise walk through all older events. The lowest
/// position counts, not the earliest time: a clock may have been set back.
const FIRST_SINCE: &str = "
    SELECT min(position) FROM bus_events INDEXED BY bus_events_received_at
    WHERE received_at >= ?1";

/// What still waits for a target stays.
const PRUNE: &str = "
    DELETE FROM bus_events WHERE position IN (
        SELECT position FROM bus_events WHERE received_at < ?1 AND NOT EXISTS (
            SELECT 1 FROM bus_deliveries WHERE bus_deliveries.position = bus_events.position)
        ORDER BY received_at LIMIT ?2)";

/// The end of the archive, as subscribers watch it.
#[derive(Clone, Copy)]
struct Head {
    position: Position,
    closed: bool,
}

/// Durable storage of every accepted event. Clones share the archive.
#[derive(Clone)]
pub struct Archive {
    database: Database,
    head: Arc<watch::Sender<Head>>,
}

impl Archive {
    /// Opens the archive at the position that the database holds. Blocks.
    pub(crate) fn open(database: Database) -> Result<Self, StorageError> {
        let newest = "SELECT coalesce(max(position), 0) FROM bus_events";
        let position = database.read_now(|connection| {
            Ok(connection.query_row(newest, [], |row| row.get::<_, Position>(0))?)
        })?;
        let head = Arc::new(watch::Sender::new(Head { position, closed: false }));
        Ok(Self { database, head })
    }

    /// Stores events, all or none. They are on disk when this returns.
    pub(crate) async fn append(&self, events: Vec<NewEvent>) -> Result<(), StorageError> {
        if events.is_empty() {
            return Ok(());
        }
        let head = Arc::clone(&self.head);
        let work = move |connection: &mut Connection| {
            let position = event::insert(connection, &events)?;
            // Still under the writer's lock, so the head moves in the order of the commits.
            head.send_modify(|head| head.position = position);
            Ok(())
        };
        self.database.write(work).await
    }

    /// The first `limit` events after a position, in order.
    ///
    /// # Errors
    /// When the database fails or holds something that this bus has not written.
    pub async fn read(
        &self,
        after: Position,
        limit: usize,
    ) -> Result<Vec<ArchivedEvent>, StorageError> {
        self.read_until(after, Position::END, limit).await
    }

    /// The last `limit` events before a position, or of all, the newest first.
    ///
    /// # Errors
    /// As [`Archive::read`].
    pub async fn read_back(
        &self,
        before: Option<Position>,
        limit: usize,
    ) -> Result<Vec<ArchivedEvent>, StorageError> {
        let before = before.unwrap_or(Position::END);
        self.select(READ_BACK, move |statement| statement.query(params![before, limit])).await
    }

    /// The position of the newest event, also when it is no longer kept. Reads nothing.
    #[must_use]
    pub fn end(&self) -> Position {
        self.head.borrow().position
    }

    /// The first `limit` events after one position, up to the other.
    pub(crate) async fn read_until(
        &self,
        after: Position,
        until: Position,
        limit: usize,
    ) -> Result<Vec<ArchivedEvent>, StorageError> {
        self.select(READ, move |statement| statement.query(params![after, until, limit])).await
    }

    async fn select<Q>(
        &self,
        query: &'static str,
        rows: Q,
    ) -> Result<Vec<ArchivedEvent>, StorageError>
    where
        Q: for<'a> FnOnce(&'a mut Statement<'_>) -> rusqlite::Result<Rows<'a>> + Send + 'static,
    {
        let work = move |connection: &mut Connection| {
            let mut statement = connection.prepare_cached(query)?;
            let mut rows = rows(&mut statement)?;
            let mut events = Vec::new();
            while let Some(row) = rows.next()? {
                events.push(event::read(row)?);
            }
            Ok(events)
        };
        self.database.read(work).await
    }

    /// The position just before the first event received at `time` or later; the end of the archive
    /// when there is none.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn since(&self, time: Timestamp) -> Result<Position, StorageError> {
        let end = self.head.borrow().position;
        let first = self.database.read(move |connection| {
            let mut statement = connection.prepare_cached(FIRST_SINCE)?;
            Ok(statement.query_row([time.as_millis()], |row| row.get::<_, Option<Position>>(0))?)
        });
        Ok(first.await?.map_or(end, Position::before))
    }

    /// How many events the archive holds.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn count(&self) -> Result<u64, StorageError> {
        let count = "SELECT count(*) FROM bus_events";
        self.database
            .read(|connection| Ok(connection.query_row(count, [], |row| row.get(0))?))
            .await
    }

    /// Deletes the events received before `time` that wait for no target; returns how many.
    ///
    /// # Errors
    /// When the database fails. Events that were deleted before that stay deleted.
    pub async fn prune(&self, before: Timestamp) -> Result<usize, StorageError> {
        let mut total = 0;
        loop {
            let work = move |connection: &mut Connection| {
                Ok(connection.execute(PRUNE, params![before.as_millis(), PRUNE_ROWS])?)
            };
            let deleted = self.database.write(work).await?;
            total += deleted;
            if deleted < PRUNE_ROWS {
                return Ok(total);
            }
        }
    }

    /// Ends every subscription once it has delivered the rest of the archive.
    pub(crate) fn close(&self) {
        self.head.send_modify(|head| head.closed = true);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_query_on_events_goes_through_a_key_or_an_index() {
        let directory = tempfile::tempdir().unwrap();
        let database = Database::open(&directory.path().join("bus.sqlite")).unwrap();
        for (query, parameters, expected) in [
            (READ, 3, "SEARCH bus_events USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)"),
            (READ_BACK, 2, "SEARCH bus_events USING INTEGER PRIMARY KEY (rowid<?)"),
            (FIRST_SINCE, 1, "USING COVERING INDEX bus_events_received_at (received_at>?)"),
            (PRUNE, 2, "USING COVERING INDEX bus_events_received_at (received_at<?)"),
        ] {
            let plan = database.plan(query, parameters);
            assert!(plan.iter().any(|step| step.contains(expected)), "{plan:?}");
            assert!(!plan.iter().any(|step| step.contains("SCAN bus_events")), "{plan:?}");
        }
    }
}
