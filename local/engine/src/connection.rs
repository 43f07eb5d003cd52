//! A connection of our own to the engine's file.

use std::path::Path;
use std::time::Duration;

use rusqlite::Connection;

/// How long to wait for the engine's own writes.
const BUSY: Duration = Duration::from_secs(5);

pub(crate) fn connect(file: &Path) -> rusqlite::Result<Connection> {
    let connection = Connection::open(file)?;
    connection.busy_timeout(BUSY)?;
    Ok(connection)
}
