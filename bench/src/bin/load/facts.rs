//! What a system's files say: which executions ended when, and when events reached the bus.

use std::path::Path;

use rusqlite::{Connection, OpenFlags};

/// The system's files after its end.
pub struct Facts {
    /// Executions that ended between the two times.
    pub completed: u64,
    /// Events on the bus.
    pub events: usize,
    /// For each event, in rising order, the milliseconds from its commit until the bus took it.
    pub lags: Vec<i64>,
    /// For each execution, in rising order, the milliseconds from its start to its end.
    pub durations: Vec<i64>,
}

/// How many executions have not ended.
///
/// # Errors
/// When the journal cannot be read.
pub fn running(directory: &Path) -> anyhow::Result<u64> {
    let count = "SELECT count(*) FROM executions WHERE status = 'RUNNING'";
    Ok(open(directory, "executions.db")?.query_row(count, [], |row| row.get(0))?)
}

/// The milliseconds from the start to the end of the execution that was started last.
///
/// # Errors
/// When the journal cannot be read, or it has not ended.
pub fn last_duration(directory: &Path) -> anyhow::Result<i64> {
    let last = "SELECT stopped - started FROM executions ORDER BY started DESC LIMIT 1";
    Ok(open(directory, "executions.db")?.query_row(last, [], |row| row.get(0))?)
}

impl Facts {
    /// Reads the files of a system.
    ///
    /// # Errors
    /// When they cannot be read.
    pub fn read(directory: &Path, from: i64, until: i64) -> anyhow::Result<Self> {
        let executions = open(directory, "executions.db")?;
        let completed = "SELECT count(*) FROM executions WHERE stopped BETWEEN ?1 AND ?2";
        let completed = executions.query_row(completed, [from, until], |row| row.get(0))?;
        let durations = "SELECT stopped - started FROM executions WHERE stopped IS NOT NULL";
        let lags = "SELECT received_at - CAST(1000 * unixepoch(
            json_extract(event, '$.detail.time'), 'subsec') AS INTEGER) FROM bus_events";
        let lags = numbers(&open(directory, "events.db")?, lags)?;
        let durations = numbers(&executions, durations)?;
        Ok(Self { completed, events: lags.len(), lags, durations })
    }
}

fn numbers(connection: &Connection, query: &str) -> anyhow::Result<Vec<i64>> {
    let mut query = connection.prepare(query)?;
    let rows = query.query_map([], |row| row.get(0))?;
    let mut numbers: Vec<i64> = rows.collect::<Result<_, _>>()?;
    numbers.sort_unstable();
    Ok(numbers)
}

/// Opened to write, since SQLite's shared memory must be writable even for readers.
fn open(directory: &Path, file: &str) -> anyhow::Result<Connection> {
    let connection =
        Connection::open_with_flags(directory.join(file), OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    connection.busy_timeout(std::time::Duration::from_secs(5))?;
    Ok(connection)
}
