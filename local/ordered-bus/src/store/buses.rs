//! The buses.

use domain::Timestamp;
use rusqlite::{OptionalExtension, Row, Transaction, params};

use super::StorageError;
use crate::wire::buses::{CreateEventBus, StorageConfiguration};

/// A bus as it is kept.
#[derive(Clone, Debug)]
pub(crate) struct KeptBus {
    pub(crate) arn: String,
    pub(crate) settings: CreateEventBus,
    pub(crate) created_at: Timestamp,
    pub(crate) modified_at: Timestamp,
}

impl KeptBus {
    /// The same, keeping events for so many days.
    pub(crate) fn kept_for(self, days: u32, now: Timestamp) -> Self {
        if self.settings.retention_days() == days {
            return self;
        }
        let retention_period_in_days = Some(days);
        let storage_configuration = Some(StorageConfiguration { retention_period_in_days });
        let settings = CreateEventBus { storage_configuration, ..self.settings };
        Self { settings, modified_at: now, ..self }
    }
}

const COLUMNS: &str = "SELECT arn, settings, created_at, modified_at FROM ordered_buses";

/// Writes a bus, new or changed.
pub(crate) fn put(file: &Transaction<'_>, bus: &KeptBus) -> Result<(), StorageError> {
    file.execute(
        "INSERT OR REPLACE INTO ordered_buses (arn, name, settings, created_at, modified_at)
         VALUES (?1, ?2, ?3, ?4, ?5)",
        params![
            bus.arn,
            bus.settings.name,
            serde_json::to_string(&bus.settings)?,
            bus.created_at.as_millis(),
            bus.modified_at.as_millis()
        ],
    )?;
    Ok(())
}

pub(crate) fn get(file: &Transaction<'_>, arn: &str) -> Result<Option<KeptBus>, StorageError> {
    let mut statement = file.prepare_cached(&format!("{COLUMNS} WHERE arn = ?1"))?;
    statement.query_row([arn], |row| Ok(read(row))).optional()?.transpose()
}

/// All of them in the order of their names.
pub(crate) fn all(file: &Transaction<'_>) -> Result<Vec<KeptBus>, StorageError> {
    let mut statement = file.prepare_cached(&format!("{COLUMNS} ORDER BY name"))?;
    let rows = statement.query_map([], |row| Ok(read(row)))?;
    rows.map(|row| row?).collect()
}

/// Deletes a bus and its events.
pub(crate) fn delete(file: &Transaction<'_>, arn: &str) -> Result<(), StorageError> {
    file.execute("DELETE FROM ordered_events WHERE bus = ?1", [arn])?;
    file.execute("DELETE FROM ordered_buses WHERE arn = ?1", [arn])?;
    Ok(())
}

fn read(row: &Row<'_>) -> Result<KeptBus, StorageError> {
    let settings: String = row.get(1)?;
    Ok(KeptBus {
        arn: row.get(0)?,
        settings: serde_json::from_str(&settings)?,
        created_at: Timestamp::from_millis(row.get(2)?),
        modified_at: Timestamp::from_millis(row.get(3)?),
    })
}
