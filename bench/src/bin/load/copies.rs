//! Tables of many trips: copies of one that was booked, made in the engine's file.

use std::path::Path;
use std::time::Duration;

use rusqlite::Connection;

use crate::bench::Bench;
use crate::clients;
use crate::system::System;

/// The trip that is copied; its copies have other digits.
pub const MODEL: &str = "load-0-0000000";

/// Books a trip on a system in an empty directory, stops the system, and copies the trip.
///
/// # Errors
/// When the system fails, or its file cannot be written.
pub async fn copies(bench: &Bench, files: &Path, trips: u32) -> anyhow::Result<()> {
    let system = System::start(&bench.trip, files, &[]).await?;
    clients::book_one(system.api(), MODEL).await?;
    tokio::time::sleep(Duration::from_secs(3)).await;
    system.stop().await?;
    multiply(&files.join("dynamodb.db"), trips)
}

/// Copies the rows of the model, in every table that has some.
fn multiply(file: &Path, trips: u32) -> anyhow::Result<()> {
    let connection = Connection::open(file)?;
    connection.pragma_update(None, "synchronous", "OFF")?;
    let tables = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name GLOB 'Trip*'";
    let mut tables = connection.prepare(tables)?;
    let tables: Vec<String> = tables.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
    for table in tables {
        let columns = "SELECT name, type FROM pragma_table_info(?1)";
        let mut columns = connection.prepare(columns)?;
        let columns: Vec<(String, String)> = columns
            .query_map([&table], |row| Ok((row.get(0)?, row.get(1)?)))?
            .collect::<Result<_, _>>()?;
        let copied = |(name, kind): &(String, String)| match kind.as_str() {
            "TEXT" => format!("replace({name}, '{MODEL}', printf('load-0-%07d', n))"),
            _ => name.clone(),
        };
        let copies: Vec<_> = columns.iter().map(copied).collect();
        let of_model: Vec<_> =
            columns.iter().map(|(name, _)| format!("instr({name}, '{MODEL}')")).collect();
        connection.execute_batch(&format!(
            "CREATE TEMP TABLE model AS SELECT * FROM \"{table}\" WHERE {};
             WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {trips} - 1)
             INSERT INTO \"{table}\" SELECT {} FROM numbers, model;
             DROP TABLE model;",
            of_model.join(" OR "),
            copies.join(", "),
        ))?;
    }
    Ok(())
}
