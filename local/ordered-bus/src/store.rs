//! The SQLite file of an account's ordered buses: its tables, and the rule that SQLite's blocking
//! work never runs on the threads of the async runtime.

pub(crate) mod buses;
pub(crate) mod events;
pub(crate) mod progress;
pub(crate) mod subscribers;

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rusqlite::{Connection, Transaction, TransactionBehavior};
use tokio::task::{JoinError, spawn_blocking};

/// How long to wait for another process's write before giving up.
const BUSY_TIMEOUT: Duration = Duration::from_secs(10);

/// A position is an event's number on all buses of the account; `AUTOINCREMENT` keeps one from
/// being used twice, even after the newest rows were pruned. A subscriber's `epoch` changes when
/// its position is set anew, so that what a delivery in flight still writes is told apart.
const TABLES: &str = "
    CREATE TABLE IF NOT EXISTS ordered_buses (
        arn         TEXT    PRIMARY KEY,
        name        TEXT    NOT NULL UNIQUE,
        settings    TEXT    NOT NULL,
        created_at  INTEGER NOT NULL,
        modified_at INTEGER NOT NULL
    ) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS ordered_events (
        position         INTEGER PRIMARY KEY AUTOINCREMENT,
        bus              TEXT    NOT NULL,
        event_id         TEXT    NOT NULL,
        received_at      INTEGER NOT NULL,
        event_group      TEXT,
        deduplication_id TEXT,
        source           TEXT    NOT NULL,
        detail_type      TEXT    NOT NULL,
        event            TEXT    NOT NULL
    );
    CREATE INDEX IF NOT EXISTS ordered_events_bus ON ordered_events (bus, position, received_at);
    CREATE INDEX IF NOT EXISTS ordered_events_time ON ordered_events (bus, received_at);
    CREATE TABLE IF NOT EXISTS ordered_subscribers (
        arn         TEXT    PRIMARY KEY,
        bus         TEXT    NOT NULL,
        name        TEXT    NOT NULL,
        settings    TEXT    NOT NULL,
        created_at  INTEGER NOT NULL,
        modified_at INTEGER NOT NULL,
        revision    INTEGER NOT NULL,
        epoch       INTEGER NOT NULL,
        live_after  INTEGER NOT NULL,
        position    INTEGER NOT NULL,
        UNIQUE (bus, name)
    ) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS ordered_open (
        subscriber  TEXT    NOT NULL,
        position    INTEGER NOT NULL,
        event_group TEXT,
        queued_at   INTEGER NOT NULL,
        due_at      INTEGER NOT NULL,
        attempts    INTEGER NOT NULL,
        PRIMARY KEY (subscriber, position)
    ) WITHOUT ROWID;
    CREATE INDEX IF NOT EXISTS ordered_open_position ON ordered_open (position);
";

/// The file could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum StorageError {
    /// SQLite refused or failed.
    #[error("the ordered bus's database failed")]
    Sqlite(#[from] rusqlite::Error),
    /// The work was dropped because the runtime is shutting down, or it panicked.
    #[error("the ordered bus's database work did not finish")]
    Unfinished(#[from] JoinError),
    /// A row holds something that this bus has not written.
    #[error("the ordered bus's database holds what it has not written")]
    Corrupt(#[from] serde_json::Error),
    /// A subscriber's filter, which was good when it was made, is not one for this release.
    #[error("the filter of the subscriber {0} cannot be used")]
    Filter(String),
}

/// The file. Clones share it.
#[derive(Clone)]
pub(crate) struct Store(Arc<Mutex<Connection>>);

impl Store {
    /// Opens the file and makes the tables where they are missing. Blocks. A commit is on disk when
    /// it returns, so that neither a killed process nor a power failure loses it.
    pub(crate) fn open(path: &Path) -> Result<Self, StorageError> {
        let connection = Connection::open(path)?;
        connection.busy_timeout(BUSY_TIMEOUT)?;
        connection.pragma_update(None, "journal_mode", "WAL")?;
        connection.pragma_update(None, "synchronous", "FULL")?;
        connection.execute_batch(TABLES)?;
        Ok(Self(Arc::new(Mutex::new(connection))))
    }

    /// Runs `work` in one transaction.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, StorageError> + Send + 'static,
    ) -> Result<T, StorageError> {
        let store = self.clone();
        spawn_blocking(move || store.run_now(work)).await?
    }

    /// Runs `work` in one transaction on this thread. A poisoned lock is used anyway: a transaction
    /// that panicked was rolled back.
    pub(crate) fn run_now<T>(
        &self,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, StorageError>,
    ) -> Result<T, StorageError> {
        let mut connection = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Deferred)?;
        let done = work(&transaction)?;
        transaction.commit()?;
        Ok(done)
    }
}
