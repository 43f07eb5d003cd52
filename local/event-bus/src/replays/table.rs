//! Replays as rows of the table `bus_replays`.

use domain::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};

use super::replay::{Replay, ReplayState};
use crate::database::StorageError;

const INSERT: &str = "
    INSERT INTO bus_replays
        (name, description, archive, bus, rules, from_time, to_time, state, reason, started_at,
         ended_at, last_replayed, position, end_position)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)
    ON CONFLICT (name) DO NOTHING";

const UPDATE: &str = "
    UPDATE bus_replays SET state = ?2, reason = ?3, ended_at = ?4, last_replayed = ?5, position = ?6
    WHERE name = ?1";

const ALL: &str = "
    SELECT name, description, archive, bus, rules, from_time, to_time, state, reason, started_at,
        ended_at, last_replayed, position, end_position
    FROM bus_replays";

pub(super) fn insert(connection: &mut Connection, replay: &Replay) -> Result<bool, StorageError> {
    let rules =
        serde_json::to_string(&replay.rules).map_err(|error| corrupt(&replay.name, error))?;
    let rows = connection.execute(
        INSERT,
        params![
            replay.name,
            replay.description,
            replay.archive,
            replay.bus,
            rules,
            replay.from.as_millis(),
            replay.to.as_millis(),
            replay.state.as_str(),
            replay.reason,
            replay.started_at.as_millis(),
            replay.ended_at.map(Timestamp::as_millis),
            replay.last_replayed.map(Timestamp::as_millis),
            replay.position,
            replay.end,
        ],
    )?;
    Ok(rows > 0)
}

pub(super) fn update(transaction: &Transaction<'_>, replay: &Replay) -> Result<(), StorageError> {
    transaction.execute(
        UPDATE,
        params![
            replay.name,
            replay.state.as_str(),
            replay.reason,
            replay.ended_at.map(Timestamp::as_millis),
            replay.last_replayed.map(Timestamp::as_millis),
            replay.position,
        ],
    )?;
    Ok(())
}

pub(super) fn get(connection: &Connection, name: &str) -> Result<Option<Replay>, StorageError> {
    let mut statement = connection.prepare_cached(&format!("{ALL} WHERE name = ?1"))?;
    statement.query_row([name], |row| Ok(read(row))).optional()?.transpose()
}

/// In the order of their names.
pub(super) fn all(connection: &mut Connection) -> Result<Vec<Replay>, StorageError> {
    let mut statement = connection.prepare(&format!("{ALL} ORDER BY name"))?;
    let mut rows = statement.query([])?;
    let mut replays = Vec::new();
    while let Some(row) = rows.next()? {
        replays.push(read(row)?);
    }
    Ok(replays)
}

fn read(row: &Row<'_>) -> Result<Replay, StorageError> {
    let name: String = row.get(0)?;
    let time = |column: usize| row.get(column).map(Timestamp::from_millis);
    let may_be = |column: usize| {
        row.get::<_, Option<i64>>(column).map(|millis| millis.map(Timestamp::from_millis))
    };
    let rules: String = row.get(4)?;
    let state: String = row.get(7)?;
    let unknown = || corrupt(&name, format!("it is in the unknown state {state}"));
    Ok(Replay {
        description: row.get(1)?,
        archive: row.get(2)?,
        bus: row.get(3)?,
        rules: serde_json::from_str(&rules).map_err(|error| corrupt(&name, error))?,
        from: time(5)?,
        to: time(6)?,
        state: ReplayState::named(&state).ok_or_else(unknown)?,
        reason: row.get(8)?,
        started_at: time(9)?,
        ended_at: may_be(10)?,
        last_replayed: may_be(11)?,
        position: row.get(12)?,
        end: row.get(13)?,
        name,
    })
}

fn corrupt(
    name: &str,
    source: impl Into<Box<dyn std::error::Error + Send + Sync>>,
) -> StorageError {
    StorageError::Corrupt { what: format!("replay {name}"), source: source.into() }
}
