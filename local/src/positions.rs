//! The durable positions of the event source mappings, and which of these are paused.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use event_source_mapping::{PositionStore, StorageError};
use rusqlite::{Connection, OptionalExtension, params};

/// Positions in an SQLite file. A saved position survives a killed process.
pub struct Positions(Arc<Mutex<Connection>>);

impl Positions {
    /// Opens the file, making it when it is missing.
    ///
    /// # Errors
    /// When the file cannot be opened or is not a database.
    pub fn open(path: &Path) -> rusqlite::Result<Self> {
        let connection = Connection::open(path)?;
        connection.pragma_update(None, "journal_mode", "WAL")?;
        connection.pragma_update(None, "synchronous", "NORMAL")?;
        connection.execute_batch(
            "CREATE TABLE IF NOT EXISTS positions (
                mapping TEXT, shard TEXT, sequence_number TEXT NOT NULL, PRIMARY KEY (mapping, shard)
            ) WITHOUT ROWID;
            CREATE TABLE IF NOT EXISTS paused (mapping TEXT PRIMARY KEY) WITHOUT ROWID;",
        )?;
        Ok(Self(Arc::new(Mutex::new(connection))))
    }

    /// Whether the mapping is paused.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub(crate) async fn is_paused(&self, mapping: &str) -> Result<bool, StorageError> {
        let key = [mapping.to_owned()];
        let select = "SELECT EXISTS (SELECT 1 FROM paused WHERE mapping = ?)";
        self.run(move |connection| connection.query_row(select, key, |row| row.get(0))).await
    }

    /// Remembers whether the mapping is paused.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub(crate) async fn pause(&self, mapping: &str, paused: bool) -> Result<(), StorageError> {
        let change = match paused {
            true => "INSERT OR IGNORE INTO paused VALUES (?)",
            false => "DELETE FROM paused WHERE mapping = ?",
        };
        let key = [mapping.to_owned()];
        self.run(move |connection| connection.execute(change, key).map(drop)).await
    }

    /// Runs a statement on a thread that may block.
    async fn run<T: Send + 'static>(
        &self,
        statement: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, StorageError> {
        let connection = Arc::clone(&self.0);
        let task = tokio::task::spawn_blocking(move || {
            statement(&connection.lock().unwrap_or_else(PoisonError::into_inner))
        });
        task.await.map_err(StorageError::positions)?.map_err(StorageError::positions)
    }
}

#[async_trait]
impl PositionStore for Positions {
    async fn load(&self, mapping: &str, shard: &str) -> Result<Option<String>, StorageError> {
        let key = [mapping.to_owned(), shard.to_owned()];
        self.run(move |connection| {
            let select = "SELECT sequence_number FROM positions WHERE mapping = ? AND shard = ?";
            connection.query_row(select, key, |row| row.get(0)).optional()
        })
        .await
    }

    async fn save(&self, mapping: &str, shard: &str, number: &str) -> Result<(), StorageError> {
        let row = [mapping.to_owned(), shard.to_owned(), number.to_owned()];
        self.run(move |connection| {
            let replace = "INSERT OR REPLACE INTO positions VALUES (?, ?, ?)";
            connection.execute(replace, params![row[0], row[1], row[2]]).map(drop)
        })
        .await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_last_saved_position_is_there_after_a_restart() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("positions.db");
        let positions = Positions::open(&path).unwrap();
        assert_eq!(positions.load("projector", "shard-1").await.unwrap(), None);
        for sequence_number in ["7", "12"] {
            positions.save("projector", "shard-1", sequence_number).await.unwrap();
        }
        drop(positions);
        let positions = Positions::open(&path).unwrap();
        let loaded = positions.load("projector", "shard-1").await.unwrap();
        assert_eq!(loaded.as_deref(), Some("12"));
        assert_eq!(positions.load("dispatcher", "shard-1").await.unwrap(), None);
    }

    #[tokio::test]
    async fn a_pause_outlasts_a_restart_and_ends_when_it_is_told_to() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("positions.db");
        let positions = Positions::open(&path).unwrap();
        assert!(!positions.is_paused("projector").await.unwrap());
        positions.pause("projector", true).await.unwrap();
        drop(positions);
        let positions = Positions::open(&path).unwrap();
        assert!(positions.is_paused("projector").await.unwrap());
        assert!(!positions.is_paused("dispatcher").await.unwrap());
        positions.pause("projector", false).await.unwrap();
        assert!(!positions.is_paused("projector").await.unwrap());
    }
}
