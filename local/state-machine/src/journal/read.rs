//! What is asked of the journal.

use super::columns::Millis;
use super::{Execution, Journal, JournalError};
use crate::api::{HistoryOrder, Status};
use crate::history::HistoryEvent;
use jiff::Timestamp;
use rusqlite::types::Type;
use rusqlite::{Connection, OptionalExtension, Row, named_params};

/// Executions of one machine, the newest first.
#[derive(Debug, Clone)]
pub(crate) struct ListQuery {
    pub(crate) machine_arn: String,
    pub(crate) status: Option<Status>,
    /// The last row of the page before.
    pub(crate) after: Option<(Timestamp, String)>,
    pub(crate) rows: u32,
}

/// Events of one execution.
#[derive(Debug, Clone)]
pub(crate) struct HistoryQuery {
    pub(crate) arn: String,
    pub(crate) order: HistoryOrder,
    /// The last event of the page before.
    pub(crate) after: Option<i64>,
    pub(crate) rows: u32,
}

const LIST: &str = "
    SELECT * FROM executions
    WHERE machine_arn = :machine AND (:status IS NULL OR status = :status)
      AND (:started IS NULL OR (started, arn) < (:started, :arn))
    ORDER BY started DESC, arn DESC LIMIT :rows";

const FORWARD: &str = "
    SELECT * FROM history WHERE arn = :arn AND (:after IS NULL OR id > :after) ORDER BY id LIMIT :rows";

const BACKWARD: &str = "
    SELECT * FROM history WHERE arn = :arn AND (:after IS NULL OR id < :after) ORDER BY id DESC LIMIT :rows";

impl Journal {
    pub(crate) async fn get(&self, arn: &str) -> Result<Option<Execution>, JournalError> {
        let arn = arn.to_owned();
        self.writer.run(move |connection| find(connection, &arn)).await
    }

    /// Every execution that has not ended.
    pub(crate) async fn running(&self) -> Result<Vec<Execution>, JournalError> {
        self.writer
            .run(|connection| {
                let mut query =
                    connection.prepare("SELECT * FROM executions WHERE status = 'RUNNING'")?;
                query.query_map([], Execution::from_row)?.collect()
            })
            .await
    }

    pub(crate) async fn list(&self, query: ListQuery) -> Result<Vec<Execution>, JournalError> {
        self.writer.run(move |connection| list(connection, &query)).await
    }

    pub(crate) async fn history(
        &self,
        query: HistoryQuery,
    ) -> Result<Vec<HistoryEvent>, JournalError> {
        self.writer.run(move |connection| history(connection, &query)).await
    }
}

pub(super) fn find(connection: &Connection, arn: &str) -> rusqlite::Result<Option<Execution>> {
    let mut query = connection.prepare_cached("SELECT * FROM executions WHERE arn = ?1")?;
    query.query_row([arn], Execution::from_row).optional()
}

fn list(connection: &Connection, query: &ListQuery) -> rusqlite::Result<Vec<Execution>> {
    let (started, arn) = query.after.as_ref().map(|(started, arn)| (Millis(*started), arn)).unzip();
    let mut select = connection.prepare_cached(LIST)?;
    let values = named_params! {
        ":machine": query.machine_arn, ":status": query.status, ":started": started, ":arn": arn, ":rows": query.rows,
    };
    select.query_map(values, Execution::from_row)?.collect()
}

fn history(connection: &Connection, query: &HistoryQuery) -> rusqlite::Result<Vec<HistoryEvent>> {
    let sql = match query.order {
        HistoryOrder::OldestFirst => FORWARD,
        HistoryOrder::NewestFirst => BACKWARD,
    };
    let mut select = connection.prepare_cached(sql)?;
    let values = named_params! {":arn": query.arn, ":after": query.after, ":rows": query.rows};
    select.query_map(values, event)?.collect()
}

fn event(row: &Row<'_>) -> rusqlite::Result<HistoryEvent> {
    let id: i64 = row.get("id")?;
    let details = serde_json::from_str(&row.get::<_, String>("details")?);
    Ok(HistoryEvent {
        id,
        previous_event_id: id - 1,
        timestamp: row.get::<_, Millis>("time")?.0,
        kind: row.get("kind")?,
        details: details.map_err(|error| {
            rusqlite::Error::FromSqlConversionFailure(0, Type::Text, Box::new(error))
        })?,
    })
}
