//! Archives as rows of the table `bus_archives`.

use domain::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::event_archive::EventArchive;
use crate::database::StorageError;

const INSERT: &str = "
    INSERT INTO bus_archives
        (name, bus, description, pattern, retention_days, created_at, after_position)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT (name) DO NOTHING";

const GET: &str = "
    SELECT name, bus, description, pattern, retention_days, created_at, after_position
    FROM bus_archives WHERE name = ?1";

const ALL: &str = "
    SELECT name, bus, description, pattern, retention_days, created_at, after_position
    FROM bus_archives ORDER BY name";

const DELETE: &str = "DELETE FROM bus_archives WHERE name = ?1";

pub(super) fn insert(
    connection: &mut Connection,
    archive: &EventArchive,
) -> Result<bool, StorageError> {
    let rows = connection.execute(
        INSERT,
        params![
            archive.name,
            archive.bus,
            archive.description,
            archive.pattern,
            archive.retention_days,
            archive.created_at.as_millis(),
            archive.after,
        ],
    )?;
    Ok(rows > 0)
}

pub(super) fn get(
    connection: &mut Connection,
    name: &str,
) -> Result<Option<EventArchive>, StorageError> {
    Ok(connection.query_row(GET, [name], read).optional()?)
}

pub(super) fn all(connection: &mut Connection) -> Result<Vec<EventArchive>, StorageError> {
    let mut statement = connection.prepare(ALL)?;
    let archives = statement.query_map([], read)?;
    Ok(archives.collect::<Result<_, _>>()?)
}

pub(super) fn delete(connection: &mut Connection, name: &str) -> Result<bool, StorageError> {
    Ok(connection.execute(DELETE, [name])? > 0)
}

fn read(row: &Row<'_>) -> rusqlite::Result<EventArchive> {
    Ok(EventArchive {
        name: row.get(0)?,
        bus: row.get(1)?,
        description: row.get(2)?,
        pattern: row.get(3)?,
        retention_days: row.get(4)?,
        created_at: Timestamp::from_millis(row.get(5)?),
        after: row.get(6)?,
    })
}
