//! The events of all buses.

use domain::Timestamp;
use event_pattern::EventJson;
use rusqlite::{OptionalExtension, Row, Transaction, params};

use super::StorageError;
use crate::event::Stored;
use crate::outcome::Accepted;
use crate::recent::Key;

const COLUMNS: &str = "
    SELECT position, event_id, received_at, event_group, deduplication_id, source, detail_type,
           event
    FROM ordered_events";

const AFTER: &str = "WHERE bus = ?1 AND position > ?2 ORDER BY position LIMIT ?3";

const BEFORE_TIME: &str = "
    SELECT min(position) - 1 FROM ordered_events INDEXED BY ordered_events_time
    WHERE bus = ?1 AND received_at >= ?2";

/// What is still to be delivered again stays.
const PRUNE: &str = "
    DELETE FROM ordered_events INDEXED BY ordered_events_time
    WHERE bus = ?1 AND received_at < ?2 AND NOT EXISTS (
        SELECT 1 FROM ordered_open WHERE ordered_open.position = ordered_events.position)";

/// Adds an event; returns its position. The one that it has in `event` does not count.
pub(crate) fn add(file: &Transaction<'_>, bus: &str, event: &Stored) -> Result<i64, StorageError> {
    let mut statement = file.prepare_cached(
        "INSERT INTO ordered_events (bus, event_id, received_at, event_group, deduplication_id,
                                     source, detail_type, event)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
    )?;
    Ok(statement.insert(params![
        bus,
        event.event_id,
        event.received_at.as_millis(),
        event.group,
        event.deduplication_id,
        event.source,
        event.detail_type,
        event.event.as_str()
    ])?)
}

/// The first events of a bus after a position.
pub(crate) fn after(
    file: &Transaction<'_>,
    bus: &str,
    position: i64,
    limit: usize,
) -> Result<Vec<Stored>, StorageError> {
    let mut statement = file.prepare_cached(&format!("{COLUMNS} {AFTER}"))?;
    let rows = statement.query_map(params![bus, position, limit], |row| Ok(read(row)))?;
    rows.map(|row| row?).collect()
}

/// The event at a position, unless it is gone.
pub(crate) fn at(file: &Transaction<'_>, position: i64) -> Result<Option<Stored>, StorageError> {
    let mut statement = file.prepare_cached(&format!("{COLUMNS} WHERE position = ?1"))?;
    statement.query_row([position], |row| Ok(read(row))).optional()?.transpose()
}

/// The position of the newest event of a bus, and of those before it that may be gone.
pub(crate) fn end(file: &Transaction<'_>) -> Result<i64, StorageError> {
    let newest = "SELECT seq FROM sqlite_sequence WHERE name = 'ordered_events'";
    Ok(file.query_row(newest, [], |row| row.get(0)).optional()?.unwrap_or(0))
}

/// The position just before the first event of a bus that came at this time or later.
pub(crate) fn before(
    file: &Transaction<'_>,
    bus: &str,
    time: Timestamp,
) -> Result<i64, StorageError> {
    let mut statement = file.prepare_cached(BEFORE_TIME)?;
    let found: Option<i64> =
        statement.query_row(params![bus, time.as_millis()], |row| row.get(0))?;
    found.map_or_else(|| end(file), Ok)
}

/// The events of a bus that have an id for deduplication and came since this time.
pub(crate) fn since(
    file: &Transaction<'_>,
    bus: &str,
    time: Timestamp,
) -> Result<Vec<(Key, Timestamp, Accepted)>, StorageError> {
    let mut statement = file.prepare_cached(
        "SELECT event_group, deduplication_id, received_at, event_id, position
         FROM ordered_events INDEXED BY ordered_events_time
         WHERE bus = ?1 AND received_at > ?2 AND deduplication_id IS NOT NULL",
    )?;
    let rows = statement.query_map(params![bus, time.as_millis()], |row| {
        let accepted = Accepted { event_id: row.get(3)?, number: row.get(4)? };
        Ok(((row.get(0)?, row.get(1)?), Timestamp::from_millis(row.get(2)?), accepted))
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Deletes the events of a bus that came before this time; returns how many.
pub(crate) fn prune(
    file: &Transaction<'_>,
    bus: &str,
    before: Timestamp,
) -> Result<usize, StorageError> {
    Ok(file.execute(PRUNE, params![bus, before.as_millis()])?)
}

fn read(row: &Row<'_>) -> Result<Stored, StorageError> {
    Ok(Stored {
        position: row.get(0)?,
        event_id: row.get(1)?,
        received_at: Timestamp::from_millis(row.get(2)?),
        group: row.get(3)?,
        deduplication_id: row.get(4)?,
        source: row.get(5)?,
        detail_type: row.get(6)?,
        event: EventJson::stored(row.get(7)?)?,
    })
}

#[cfg(test)]
mod tests {
    use super::super::Store;
    use super::*;

    #[test]
    fn every_query_on_events_goes_through_a_key_or_an_index() {
        let directory = tempfile::tempdir().unwrap();
        let store = Store::open(&directory.path().join("bus.sqlite")).unwrap();
        for (query, parameters, expected) in [
            (format!("{COLUMNS} {AFTER}"), 3, "ordered_events_bus (bus=? AND position>?)"),
            (BEFORE_TIME.to_owned(), 2, "ordered_events_time (bus=? AND received_at>?)"),
            (PRUNE.to_owned(), 2, "ordered_events_time (bus=? AND received_at<?)"),
        ] {
            let plan: Vec<String> = store
                .run_now(|file| {
                    let mut statement = file.prepare(&format!("EXPLAIN QUERY PLAN {query}"))?;
                    let parameters = rusqlite::params_from_iter(vec![1_i64; parameters]);
                    let steps = statement.query_map(parameters, |row| row.get(3))?;
                    Ok(steps.collect::<Result<_, _>>()?)
                })
                .unwrap();
            assert!(plan.iter().any(|step| step.contains(expected)), "{plan:?}");
            assert!(!plan.iter().any(|step| step.starts_with("SCAN ordered_events")), "{plan:?}");
        }
    }
}
