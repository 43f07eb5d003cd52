//! Whether anything has expired: a sweep of `dynoxide` reads every item of a table, so there is
//! none before it finds something.

use std::path::{Path, PathBuf};

use rusqlite::{Connection, OptionalExtension};

use crate::EngineError;
use crate::connection::connect;

/// The tables of which `dynoxide` deletes expired items, and their attributes.
const TABLES: &str = "SELECT table_name, ttl_attribute FROM _tables WHERE ttl_enabled = 1";

#[derive(Clone)]
pub(crate) struct Expiry {
    file: PathBuf,
}

impl Expiry {
    pub(crate) fn of(file: &Path) -> Self {
        Self { file: file.to_path_buf() }
    }

    /// Whether an item of any table has expired. Makes the indexes for it where they are missing.
    pub(crate) fn is_due(&self) -> Result<bool, EngineError> {
        let connection = connect(&self.file)?;
        for (table, attribute) in tables(&connection)? {
            connection.execute_batch(&index(&table, &attribute))?;
            let due = connection.query_row(&due(&table, &attribute), [], |_| Ok(())).optional()?;
            if due.is_some() {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

fn tables(connection: &Connection) -> rusqlite::Result<Vec<(String, String)>> {
    let mut tables = connection.prepare(TABLES)?;
    let rows = tables.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    rows.collect()
}

/// Items without the attribute are not in the index, so that their writes do not change it.
fn index(table: &str, attribute: &str) -> String {
    let (name, expiry) = (quoted(&format!("{table}::expiry")), expiry(attribute));
    let table = quoted(table);
    format!("CREATE INDEX IF NOT EXISTS {name} ON {table} ({expiry}) WHERE {expiry} IS NOT NULL")
}

fn due(table: &str, attribute: &str) -> String {
    format!("SELECT 1 FROM {} WHERE {} < unixepoch() LIMIT 1", quoted(table), expiry(attribute))
}

/// The expiry of an item, in seconds since the epoch.
fn expiry(attribute: &str) -> String {
    let path = format!("$.\"{attribute}\".N").replace('\'', "''");
    format!("CAST(json_extract(item_json, '{path}') AS INTEGER)")
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_due_is_found_in_the_index() {
        let connection = Connection::open_in_memory().unwrap();
        let table = "CREATE TABLE \"a\"\"b\" (pk TEXT, sk TEXT, item_json TEXT NOT NULL)";
        connection.execute_batch(&format!("{table}; {}", index("a\"b", "at"))).unwrap();
        let plan = format!("EXPLAIN QUERY PLAN {}", due("a\"b", "at"));
        let plan: String = connection.query_row(&plan, [], |row| row.get(3)).unwrap();
        assert_eq!(plan, "SEARCH a\"b USING COVERING INDEX a\"b::expiry (<expr><?)");
    }
}
