//! Accepted events, before and after they are archived, and their rows in the table `bus_events`.

use domain::Timestamp;
use event_pattern::EventJson;
use rusqlite::{Connection, Row, TransactionBehavior, params};
use serde::{Deserialize, Serialize};

use super::position::Position;
use crate::database::StorageError;
use crate::queue;

const INSERT: &str = "
    INSERT INTO bus_events (event_id, received_at, bus, source, detail_type, rules, event)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";

/// One accepted event.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ArchivedEvent {
    /// Its position in the archive.
    pub position: Position,
    /// When the bus accepted it.
    pub received_at: Timestamp,
    /// The bus that it was put on.
    pub bus: String,
    /// The names of that bus's rules that it matched when it was accepted, in order.
    pub rules: Vec<String>,
    /// The event as EventBridge delivers it to targets.
    pub event: EventJson,
}

/// An accepted event on its way into the archive.
pub(crate) struct NewEvent {
    pub(crate) id: String,
    pub(crate) received_at: Timestamp,
    pub(crate) bus: String,
    pub(crate) source: String,
    pub(crate) detail_type: String,
    pub(crate) rules: Vec<String>,
    pub(crate) event: EventJson,
}

/// Writes the events, and queues them for the targets of their rules, in one transaction; returns
/// the position of the last.
pub(super) fn insert(
    connection: &mut Connection,
    events: &[NewEvent],
) -> Result<Position, StorageError> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let mut statement = transaction.prepare_cached(INSERT)?;
    let mut position = Position::START;
    for event in events {
        let rules = serde_json::to_string(&event.rules).map_err(|error| corrupt("event", error))?;
        statement.execute(params![
            event.id,
            event.received_at.as_millis(),
            event.bus,
            event.source,
            event.detail_type,
            rules,
            event.event.as_str(),
        ])?;
        let row_id = transaction.last_insert_rowid();
        position = Position::from_row_id(row_id);
        for rule in &event.rules {
            queue::add(&transaction, (&event.bus, rule), row_id, None, event.received_at)?;
        }
    }
    drop(statement);
    transaction.commit()?;
    Ok(position)
}

/// Reads a row with the columns position, `received_at`, bus, rules and event.
pub(super) fn read(row: &Row<'_>) -> Result<ArchivedEvent, StorageError> {
    let position: Position = row.get(0)?;
    let unreadable = |error| corrupt(&format!("event at position {position}"), error);
    let rules: String = row.get(3)?;
    Ok(ArchivedEvent {
        position,
        received_at: Timestamp::from_millis(row.get(1)?),
        bus: row.get(2)?,
        rules: serde_json::from_str(&rules).map_err(unreadable)?,
        event: EventJson::stored(row.get(4)?).map_err(unreadable)?,
    })
}

fn corrupt(what: &str, error: serde_json::Error) -> StorageError {
    StorageError::Corrupt { what: what.to_owned(), source: error.into() }
}
