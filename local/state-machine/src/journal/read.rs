//! The journal's queries.

use jiff::Timestamp;
use rusqlite::types::Type;
use rusqlite::{Connection, OptionalExtension, Row, ToSql, named_params};

use super::columns::Millis;
use super::{Execution, Journal, JournalError};
use crate::api::{Filter, HistoryOrder};
use crate::history::HistoryEvent;

/// Executions of one machine, the newest first.
#[derive(Debug, Clone)]
pub(crate) struct ListQuery {
    pub(crate) machine_arn: String,
    pub(crate) filter: Filter,
    /// The last row of the previous page.
    pub(crate) after: Option<(Timestamp, String)>,
    pub(crate) rows: u32,
}

/// Events of one execution.
#[derive(Debug, Clone)]
pub(crate) struct HistoryQuery {
    pub(crate) arn: String,
    pub(crate) order: HistoryOrder,
    /// The last event of the previous page.
    pub(crate) after: Option<i64>,
    pub(crate) rows: u32,
}

// Each of these queries reads its rows from an index in their order. What selects or orders rows
// must not be an optional condition, since SQLite plans a query before it knows the values.

const LIST: &str = "
    SELECT * FROM executions
    WHERE machine_arn = :machine AND (started, arn) < (:started, :arn)
      AND (:redriven IS NULL OR (redrive_count > 0) = :redriven)
    ORDER BY started DESC, arn DESC LIMIT :rows";

const LIST_OF_STATUS: &str = "
    SELECT * FROM executions
    WHERE machine_arn = :machine AND status = :status AND (started, arn) < (:started, :arn)
      AND (:redriven IS NULL OR (redrive_count > 0) = :redriven)
    ORDER BY started DESC, arn DESC LIMIT :rows";

const FORWARD: &str = "
    SELECT * FROM history WHERE arn = :arn AND id > :after ORDER BY id LIMIT :rows";

const BACKWARD: &str = "
    SELECT * FROM history WHERE arn = :arn AND id < :after ORDER BY id DESC LIMIT :rows";

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
    let first = (Timestamp::MAX, String::new());
    let (started, arn) = query.after.as_ref().unwrap_or(&first);
    let started = Millis(*started);
    let place: [(&str, &dyn ToSql); 5] = [
        (":machine", &query.machine_arn),
        (":started", &started),
        (":arn", arn),
        (":rows", &query.rows),
        (":redriven", &query.filter.redriven),
    ];
    let status = query.filter.status.as_ref().map(|status| (":status", status as &dyn ToSql));
    let sql = if status.is_some() { LIST_OF_STATUS } else { LIST };
    let values: Vec<_> = place.into_iter().chain(status).collect();
    connection.prepare_cached(sql)?.query_map(&*values, Execution::from_row)?.collect()
}

fn history(connection: &Connection, query: &HistoryQuery) -> rusqlite::Result<Vec<HistoryEvent>> {
    let (sql, first) = match query.order {
        HistoryOrder::OldestFirst => (FORWARD, i64::MIN),
        HistoryOrder::NewestFirst => (BACKWARD, i64::MAX),
    };
    let mut select = connection.prepare_cached(sql)?;
    let after = query.after.unwrap_or(first);
    let values = named_params! {":arn": query.arn, ":after": after, ":rows": query.rows};
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::journal::schema::prepare;

    /// SQLite's plan for a query: one line per step.
    fn plan(sql: &str) -> Vec<String> {
        let connection = Connection::open_in_memory().unwrap();
        prepare(&connection).unwrap();
        let mut explain = connection.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
        explain.raw_query().mapped(|row| row.get("detail")).collect::<Result<_, _>>().unwrap()
    }

    #[test]
    fn each_list_reads_an_index_from_its_place_on_and_sorts_nothing() {
        let place = "(started,arn)<(?,?)";
        for (sql, index) in [
            (
                LIST,
                format!("executions USING INDEX executions_by_start (machine_arn=? AND {place})"),
            ),
            (
                LIST_OF_STATUS,
                format!(
                    "executions USING INDEX executions_by_status (machine_arn=? AND status=? AND {place})"
                ),
            ),
            (FORWARD, "history USING INDEX sqlite_autoindex_history_1 (arn=? AND id>?)".to_owned()),
            (
                BACKWARD,
                "history USING INDEX sqlite_autoindex_history_1 (arn=? AND id<?)".to_owned(),
            ),
        ] {
            assert_eq!(plan(sql), [format!("SEARCH {index}")]);
        }
    }

    #[test]
    fn what_is_to_be_forgotten_is_read_from_an_index_and_nothing_is_sorted() {
        for (sql, index) in crate::journal::prune::QUERIES {
            let plan = plan(sql);
            assert!(
                plan.len() == 1 && plan[0].ends_with(&format!("executions {index}")),
                "{plan:?}"
            );
        }
    }
}
