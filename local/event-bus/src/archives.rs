//! Archives: named views of the events that the bus keeps, for replays.
//!
//! The bus keeps every event for a while anyway, so an archive holds none of its own. It says which
//! of them it has: those of one bus since the archive was made, that match a pattern and are not
//! too old.

mod event_archive;
mod table;

use rusqlite::Connection;

use crate::database::{Database, StorageError};

pub(crate) use event_archive::{Contents, EventArchive};

/// All archives.
#[derive(Clone)]
pub(crate) struct Archives(Database);

impl Archives {
    pub(crate) fn new(database: Database) -> Self {
        Self(database)
    }

    /// Makes an archive; false when there is one with its name.
    pub(crate) async fn create(&self, archive: EventArchive) -> Result<bool, StorageError> {
        self.0.write(move |connection: &mut Connection| table::insert(connection, &archive)).await
    }

    pub(crate) async fn get(&self, name: &str) -> Result<Option<EventArchive>, StorageError> {
        let name = name.to_owned();
        self.0.read(move |connection: &mut Connection| table::get(connection, &name)).await
    }

    /// All of them in the order of their names.
    pub(crate) async fn all(&self) -> Result<Vec<EventArchive>, StorageError> {
        self.0.read(|connection: &mut Connection| table::all(connection)).await
    }

    /// Removes an archive; false when there is none.
    pub(crate) async fn delete(&self, name: &str) -> Result<bool, StorageError> {
        let name = name.to_owned();
        self.0.write(move |connection: &mut Connection| table::delete(connection, &name)).await
    }
}
