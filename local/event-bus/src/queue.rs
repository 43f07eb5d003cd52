//! The queue of deliveries, the table `bus_deliveries`: which event is still to be delivered to
//! which target. An event is queued in the transaction that accepts it, so none is missed.

use domain::Timestamp;
use event_pattern::EventJson;
use rusqlite::{Connection, Row, Transaction, TransactionBehavior, params};

use crate::database::StorageError;
use crate::targets::TargetKey;

const ADD: &str = "
    INSERT INTO bus_deliveries (bus, rule, target, position, replay, queued_at, due_at, attempts)
    SELECT bus, rule, id, ?3, ?4, ?5, ?5, 0 FROM bus_targets WHERE bus = ?1 AND rule = ?2";

const DUE: &str = "
    SELECT id, position, replay, queued_at, attempts, received_at, event
    FROM bus_deliveries AS waiting JOIN bus_events USING (position)
    WHERE waiting.bus = ?1 AND rule = ?2 AND target = ?3 AND due_at <= ?4
    ORDER BY due_at, id LIMIT ?5";

const NEXT_DUE: &str = "
    SELECT min(due_at) FROM bus_deliveries
    WHERE bus = ?1 AND rule = ?2 AND target = ?3 AND due_at > ?4";

const DONE: &str = "DELETE FROM bus_deliveries WHERE id = ?1";

const AGAIN: &str = "UPDATE bus_deliveries SET due_at = ?2, attempts = ?3 WHERE id = ?1";

const HASTEN: &str = "
    UPDATE bus_deliveries SET due_at = ?4
    WHERE bus = ?1 AND rule = ?2 AND target = ?3 AND due_at > ?4";

const OF_REPLAY: &str = "SELECT count(*) FROM bus_deliveries WHERE replay = ?1";

const DROP_REPLAY: &str = "DELETE FROM bus_deliveries WHERE replay = ?1";

/// A delivery that is due.
#[derive(Debug)]
pub(crate) struct Waiting {
    pub(crate) id: i64,
    pub(crate) position: i64,
    /// The replay that sends the event again.
    pub(crate) replay: Option<String>,
    pub(crate) queued_at: Timestamp,
    /// How often it was tried.
    pub(crate) attempts: u32,
    pub(crate) received_at: Timestamp,
    pub(crate) event: EventJson,
}

/// What becomes of a delivery.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Settled {
    /// It is over.
    Done,
    /// It is tried again.
    Again { due_at: Timestamp, attempts: u32 },
}

/// Queues an event for every target of a rule; returns for how many.
pub(crate) fn add(
    transaction: &Transaction<'_>,
    (bus, rule): (&str, &str),
    position: i64,
    replay: Option<&str>,
    now: Timestamp,
) -> Result<usize, StorageError> {
    let mut statement = transaction.prepare_cached(ADD)?;
    Ok(statement.execute(params![bus, rule, position, replay, now.as_millis()])?)
}

/// The first deliveries to a target that are due, and when the next one after now is.
pub(crate) fn due(
    connection: &Connection,
    TargetKey { bus, rule, id }: &TargetKey,
    now: Timestamp,
    limit: usize,
) -> Result<(Vec<Waiting>, Option<Timestamp>), StorageError> {
    let now = now.as_millis();
    let mut statement = connection.prepare_cached(DUE)?;
    let mut rows = statement.query(params![bus, rule, id, now, limit])?;
    let mut waiting = Vec::new();
    while let Some(row) = rows.next()? {
        waiting.push(read(row)?);
    }
    let mut statement = connection.prepare_cached(NEXT_DUE)?;
    let next: Option<i64> = statement.query_row(params![bus, rule, id, now], |row| row.get(0))?;
    Ok((waiting, next.map(Timestamp::from_millis)))
}

fn read(row: &Row<'_>) -> Result<Waiting, StorageError> {
    let position = row.get(1)?;
    let event = EventJson::stored(row.get(6)?).map_err(|error| StorageError::Corrupt {
        what: format!("event at position {position}"),
        source: error.into(),
    })?;
    Ok(Waiting {
        id: row.get(0)?,
        position,
        replay: row.get(2)?,
        queued_at: Timestamp::from_millis(row.get(3)?),
        attempts: row.get(4)?,
        received_at: Timestamp::from_millis(row.get(5)?),
        event,
    })
}

/// How many deliveries of a replay wait.
pub(crate) fn of_replay(connection: &Connection, replay: &str) -> Result<usize, StorageError> {
    let mut statement = connection.prepare_cached(OF_REPLAY)?;
    Ok(statement.query_row([replay], |row| row.get(0))?)
}

/// Drops what waits of a replay.
pub(crate) fn drop_replay(transaction: &Transaction<'_>, replay: &str) -> Result<(), StorageError> {
    transaction.execute(DROP_REPLAY, [replay])?;
    Ok(())
}

/// Writes what became of deliveries. What waits for the targets in `back` is due now: they were
/// away, and have answered.
pub(crate) fn settle(
    connection: &mut Connection,
    settled: &[(i64, Settled)],
    back: &[TargetKey],
    now: Timestamp,
) -> Result<(), StorageError> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    for (id, settled) in settled {
        match settled {
            Settled::Done => transaction.prepare_cached(DONE)?.execute([id])?,
            Settled::Again { due_at, attempts } => {
                let mut statement = transaction.prepare_cached(AGAIN)?;
                statement.execute(params![id, due_at.as_millis(), attempts])?
            }
        };
    }
    for TargetKey { bus, rule, id } in back {
        transaction.execute(HASTEN, params![bus, rule, id, now.as_millis()])?;
    }
    Ok(transaction.commit()?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::database::Database;

    #[test]
    fn every_query_on_deliveries_goes_through_a_key_or_an_index() {
        let directory = tempfile::tempdir().unwrap();
        let database = Database::open(&directory.path().join("bus.sqlite")).unwrap();
        for (query, parameters, expected) in [
            (DUE, 5, "bus_deliveries_due (bus=? AND rule=? AND target=? AND due_at<?)"),
            (NEXT_DUE, 4, "bus_deliveries_due (bus=? AND rule=? AND target=? AND due_at>?)"),
            (HASTEN, 4, "bus_deliveries_due (bus=? AND rule=? AND target=? AND due_at>?)"),
            (OF_REPLAY, 1, "bus_deliveries_replay (replay=?)"),
            (DROP_REPLAY, 1, "bus_deliveries_replay (replay=?)"),
            (DONE, 1, "INTEGER PRIMARY KEY (rowid=?)"),
            (AGAIN, 3, "INTEGER PRIMARY KEY (rowid=?)"),
        ] {
            let plan = database.plan(query, parameters);
            assert!(plan.iter().any(|step| step.contains(expected)), "{plan:?}");
            assert!(!plan.iter().any(|step| step.starts_with("SCAN")), "{plan:?}");
        }
    }
}
