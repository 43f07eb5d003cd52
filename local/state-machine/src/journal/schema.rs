//! The journal's tables.

use std::time::Duration;

use rusqlite::Connection;

use super::error::JournalError;

const VERSION: i64 = 1;

/// Times are milliseconds since the epoch. `position` is JSON: the present state, its input, the
/// retries and the next attempt. It stays when an execution ends, for a redrive. `history` has row
/// ids: without them, a row of more than a quarter of a page would take a page of its own.
const TABLES: &str = "
    CREATE TABLE executions (
        arn           TEXT PRIMARY KEY,
        machine_arn   TEXT NOT NULL,
        name          TEXT NOT NULL,
        input         TEXT NOT NULL,
        trace_header  TEXT,
        started       INTEGER NOT NULL,
        status        TEXT NOT NULL,
        position      TEXT NOT NULL,
        stopped       INTEGER,
        output        TEXT,
        error         TEXT,
        cause         TEXT,
        redrive_count INTEGER NOT NULL,
        redriven      INTEGER
    ) STRICT;
    CREATE INDEX executions_by_start ON executions (machine_arn, started DESC, arn DESC);
    CREATE INDEX executions_running ON executions (arn) WHERE status = 'RUNNING';
    CREATE TABLE history (
        arn     TEXT NOT NULL,
        id      INTEGER NOT NULL,
        time    INTEGER NOT NULL,
        kind    TEXT NOT NULL,
        details TEXT NOT NULL,
        PRIMARY KEY (arn, id)
    ) STRICT;
    PRAGMA user_version = 1;
";

/// What files of this version may not have yet. Earlier programs ignore it.
const LATER: &str = "
    CREATE INDEX IF NOT EXISTS executions_by_status ON executions (machine_arn, status, started DESC, arn DESC);
    CREATE INDEX IF NOT EXISTS executions_ended ON executions (stopped, arn) WHERE status <> 'RUNNING';
    CREATE TABLE IF NOT EXISTS redrives (
        arn   TEXT NOT NULL,
        token TEXT NOT NULL,
        at    INTEGER NOT NULL,
        PRIMARY KEY (arn, token)
    ) STRICT, WITHOUT ROWID;
";

/// Sets the connection up and creates the tables in a new file.
pub(super) fn prepare(connection: &Connection) -> Result<(), JournalError> {
    connection.busy_timeout(Duration::from_secs(5))?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "NORMAL")?;
    match connection.pragma_query_value(None, "user_version", |row| row.get(0))? {
        0 => connection.execute_batch(&format!("BEGIN IMMEDIATE; {TABLES} COMMIT;"))?,
        VERSION => {}
        other => return Err(JournalError::Version(other)),
    }
    Ok(connection.execute_batch(LATER)?)
}

#[cfg(test)]
mod tests {
    use rusqlite::Connection;

    use super::prepare;
    use crate::journal::JournalError;

    #[test]
    fn a_file_is_prepared_once_and_another_version_is_refused() {
        let connection = Connection::open_in_memory().unwrap();
        prepare(&connection).unwrap();
        prepare(&connection).unwrap();
        // As an earlier program left it.
        connection.execute_batch("DROP INDEX executions_by_status").unwrap();
        prepare(&connection).unwrap();
        connection.execute_batch("DROP INDEX executions_by_status").unwrap();
        connection.pragma_update(None, "user_version", 2).unwrap();
        assert!(matches!(prepare(&connection), Err(JournalError::Version(2))));
    }
}
