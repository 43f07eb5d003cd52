//! The subscribers: what was said of them. Where they are is in `progress`.

use domain::Timestamp;
use rusqlite::{OptionalExtension, Row, Transaction, params};

use super::StorageError;
use crate::wire::subscribers::CreateSubscriber;

/// A subscriber as it is kept.
#[derive(Clone, Debug)]
pub(crate) struct KeptSubscriber {
    pub(crate) arn: String,
    pub(crate) settings: CreateSubscriber,
    pub(crate) created_at: Timestamp,
    pub(crate) modified_at: Timestamp,
    /// Grows with each change of the settings.
    pub(crate) revision: i64,
    /// Grows each time that its position is set anew.
    pub(crate) epoch: i64,
    /// What is after this position came after the subscriber was made.
    pub(crate) live_after: i64,
}

const COLUMNS: &str = "
    SELECT arn, settings, created_at, modified_at, revision, epoch, live_after
    FROM ordered_subscribers";

/// Adds a subscriber at a position.
pub(crate) fn add(
    file: &Transaction<'_>,
    subscriber: &KeptSubscriber,
    position: i64,
) -> Result<(), StorageError> {
    file.execute(
        "INSERT INTO ordered_subscribers (arn, bus, name, settings, created_at, modified_at,
                                          revision, epoch, live_after, position)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
        params![
            subscriber.arn,
            subscriber.settings.event_bus_arn,
            subscriber.settings.name,
            serde_json::to_string(&subscriber.settings)?,
            subscriber.created_at.as_millis(),
            subscriber.modified_at.as_millis(),
            subscriber.revision,
            subscriber.epoch,
            subscriber.live_after,
            position
        ],
    )?;
    Ok(())
}

/// Writes changed settings.
pub(crate) fn change(
    file: &Transaction<'_>,
    subscriber: &KeptSubscriber,
) -> Result<(), StorageError> {
    file.execute(
        "UPDATE ordered_subscribers SET settings = ?2, modified_at = ?3, revision = ?4
         WHERE arn = ?1",
        params![
            subscriber.arn,
            serde_json::to_string(&subscriber.settings)?,
            subscriber.modified_at.as_millis(),
            subscriber.revision
        ],
    )?;
    Ok(())
}

pub(crate) fn get(
    file: &Transaction<'_>,
    arn: &str,
) -> Result<Option<KeptSubscriber>, StorageError> {
    let mut statement = file.prepare_cached(&format!("{COLUMNS} WHERE arn = ?1"))?;
    statement.query_row([arn], |row| Ok(read(row))).optional()?.transpose()
}

/// All of them in the order of their names and buses.
pub(crate) fn all(file: &Transaction<'_>) -> Result<Vec<KeptSubscriber>, StorageError> {
    let mut statement = file.prepare_cached(&format!("{COLUMNS} ORDER BY name, arn"))?;
    let rows = statement.query_map([], |row| Ok(read(row)))?;
    rows.map(|row| row?).collect()
}

/// Deletes a subscriber and what is open for it; false when there is none.
pub(crate) fn delete(file: &Transaction<'_>, arn: &str) -> Result<bool, StorageError> {
    file.execute("DELETE FROM ordered_open WHERE subscriber = ?1", [arn])?;
    Ok(file.execute("DELETE FROM ordered_subscribers WHERE arn = ?1", [arn])? > 0)
}

fn read(row: &Row<'_>) -> Result<KeptSubscriber, StorageError> {
    let settings: String = row.get(1)?;
    Ok(KeptSubscriber {
        arn: row.get(0)?,
        settings: serde_json::from_str(&settings)?,
        created_at: Timestamp::from_millis(row.get(2)?),
        modified_at: Timestamp::from_millis(row.get(3)?),
        revision: row.get(4)?,
        epoch: row.get(5)?,
        live_after: row.get(6)?,
    })
}
