//! The SQLite file behind the archive, the rules and their targets: its tables, and the rule that
//! SQLite's blocking work never runs on the threads of the async runtime.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rusqlite::Connection;
use tokio::task::JoinError;

/// How long to wait for another connection's write before giving up.
const BUSY_TIMEOUT: Duration = Duration::from_secs(10);

/// The tables have a prefix, since the file may be shared. `AUTOINCREMENT` keeps a position
/// from being used twice, even after the newest rows were pruned.
const TABLES: &str = "
    CREATE TABLE IF NOT EXISTS bus_events (
        position    INTEGER PRIMARY KEY AUTOINCREMENT,
        event_id    TEXT    NOT NULL,
        received_at INTEGER NOT NULL,
        bus         TEXT    NOT NULL,
        source      TEXT    NOT NULL,
        detail_type TEXT    NOT NULL,
        rules       TEXT    NOT NULL,
        event       TEXT    NOT NULL
    );
    CREATE INDEX IF NOT EXISTS bus_events_received_at ON bus_events (received_at);
    CREATE TABLE IF NOT EXISTS bus_rules (
        bus         TEXT NOT NULL,
        name        TEXT NOT NULL,
        description TEXT,
        state       TEXT NOT NULL,
        pattern     TEXT NOT NULL,
        PRIMARY KEY (bus, name)
    ) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS bus_failed_rules (
        bus     TEXT NOT NULL,
        name    TEXT NOT NULL,
        failure TEXT NOT NULL,
        PRIMARY KEY (bus, name)
    ) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS bus_targets (
        bus        TEXT NOT NULL,
        rule       TEXT NOT NULL,
        id         TEXT NOT NULL,
        definition TEXT NOT NULL,
        PRIMARY KEY (bus, rule, id)
    ) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS bus_deliveries (
        id        INTEGER PRIMARY KEY AUTOINCREMENT,
        bus       TEXT    NOT NULL,
        rule      TEXT    NOT NULL,
        target    TEXT    NOT NULL,
        position  INTEGER NOT NULL,
        replay    TEXT,
        queued_at INTEGER NOT NULL,
        due_at    INTEGER NOT NULL,
        attempts  INTEGER NOT NULL
    );
    CREATE INDEX IF NOT EXISTS bus_deliveries_due ON bus_deliveries (bus, rule, target, due_at);
    CREATE INDEX IF NOT EXISTS bus_deliveries_position ON bus_deliveries (position);
    CREATE INDEX IF NOT EXISTS bus_deliveries_replay
        ON bus_deliveries (replay) WHERE replay IS NOT NULL;
    CREATE TABLE IF NOT EXISTS bus_archives (
        name           TEXT    PRIMARY KEY,
        bus            TEXT    NOT NULL,
        description    TEXT,
        pattern        TEXT,
        retention_days INTEGER NOT NULL,
        created_at     INTEGER NOT NULL,
        after_position INTEGER NOT NULL
    ) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS bus_replays (
        name          TEXT    PRIMARY KEY,
        description   TEXT,
        archive       TEXT    NOT NULL,
        bus           TEXT    NOT NULL,
        rules         TEXT    NOT NULL,
        from_time     INTEGER NOT NULL,
        to_time       INTEGER NOT NULL,
        state         TEXT    NOT NULL,
        reason        TEXT,
        started_at    INTEGER NOT NULL,
        ended_at      INTEGER,
        last_replayed INTEGER,
        position      INTEGER NOT NULL,
        end_position  INTEGER NOT NULL
    ) WITHOUT ROWID;
";

/// The archive or the rules could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum StorageError {
    /// SQLite refused or failed.
    #[error("the event bus's database failed")]
    Sqlite(#[from] rusqlite::Error),
    /// The work was dropped because the runtime is shutting down, or it panicked.
    #[error("the event bus's database work did not finish")]
    Unfinished(#[from] JoinError),
    /// A row holds something that this bus has not written.
    #[error("the event bus's database holds an unreadable {what}")]
    Corrupt {
        /// Which row.
        what: String,
        /// Why it cannot be read.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}

/// One connection that writes and one that reads, so that readers never wait for a sync to disk.
#[derive(Clone)]
pub(crate) struct Database {
    writer: Arc<Mutex<Connection>>,
    reader: Arc<Mutex<Connection>>,
}

impl Database {
    /// Opens the file and makes the tables where they are missing. Blocks.
    pub(crate) fn open(path: &Path) -> Result<Self, StorageError> {
        let writer = connect(path)?;
        writer.execute_batch(TABLES)?;
        let reader = connect(path)?;
        Ok(Self { writer: Arc::new(Mutex::new(writer)), reader: Arc::new(Mutex::new(reader)) })
    }

    /// Runs `work` on the writing connection. Writes run one after the other.
    pub(crate) async fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Connection) -> Result<T, StorageError> + Send + 'static,
    ) -> Result<T, StorageError> {
        on_a_blocking_thread(Arc::clone(&self.writer), work).await
    }

    /// Runs `work` on the reading connection.
    pub(crate) async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Connection) -> Result<T, StorageError> + Send + 'static,
    ) -> Result<T, StorageError> {
        on_a_blocking_thread(Arc::clone(&self.reader), work).await
    }

    /// Runs `work` on the reading connection, on this thread.
    pub(crate) fn read_now<T>(
        &self,
        work: impl FnOnce(&mut Connection) -> Result<T, StorageError>,
    ) -> Result<T, StorageError> {
        on_this_thread(&self.reader, work)
    }

    /// SQLite's plan for a query with this many parameters.
    #[cfg(test)]
    pub(crate) fn plan(&self, query: &str, parameters: usize) -> Vec<String> {
        let plan = |connection: &mut Connection| {
            let mut statement = connection.prepare(&format!("EXPLAIN QUERY PLAN {query}"))?;
            let parameters = rusqlite::params_from_iter(vec![1_i64; parameters]);
            let steps = statement.query_map(parameters, |row| row.get(3))?;
            Ok(steps.collect::<Result<_, _>>()?)
        };
        self.read_now(plan).unwrap()
    }
}

/// Write-ahead logging lets readers and the writer work at once. With `synchronous = FULL` a commit
/// has been synced to disk, so neither a killed process nor a power failure loses it.
fn connect(path: &Path) -> Result<Connection, StorageError> {
    let connection = Connection::open(path)?;
    connection.busy_timeout(BUSY_TIMEOUT)?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    Ok(connection)
}

async fn on_a_blocking_thread<T: Send + 'static>(
    connection: Arc<Mutex<Connection>>,
    work: impl FnOnce(&mut Connection) -> Result<T, StorageError> + Send + 'static,
) -> Result<T, StorageError> {
    tokio::task::spawn_blocking(move || on_this_thread(&connection, work)).await?
}

/// A poisoned lock is used anyway: a transaction that panicked was rolled back.
fn on_this_thread<T>(
    connection: &Mutex<Connection>,
    work: impl FnOnce(&mut Connection) -> Result<T, StorageError>,
) -> Result<T, StorageError> {
    work(&mut connection.lock().unwrap_or_else(PoisonError::into_inner))
}
