//! Where subscribers are: a position, and the events before it that are still open.

use domain::Timestamp;
use rusqlite::{OptionalExtension, Transaction, params};

use super::StorageError;
use crate::queue::{Changes, Open};

/// A subscriber's position, and what is open before it.
pub(crate) fn load(
    file: &Transaction<'_>,
    arn: &str,
) -> Result<Option<(i64, Vec<Open>)>, StorageError> {
    let position = "SELECT position FROM ordered_subscribers WHERE arn = ?1";
    let position = file.query_row(position, [arn], |row| row.get(0)).optional()?;
    let Some(position) = position else { return Ok(None) };
    let mut statement = file.prepare_cached(
        "SELECT position, event_group, queued_at, due_at, attempts FROM ordered_open
         WHERE subscriber = ?1 ORDER BY position",
    )?;
    let rows = statement.query_map([arn], |row| {
        Ok(Open {
            position: row.get(0)?,
            group: row.get(1)?,
            queued_at: Timestamp::from_millis(row.get(2)?),
            due_at: Timestamp::from_millis(row.get(3)?),
            attempts: row.get(4)?,
        })
    })?;
    Ok(Some((position, rows.collect::<Result<_, _>>()?)))
}

/// Writes what has changed; false when the subscriber is gone or was set to another position.
pub(crate) fn write(
    file: &Transaction<'_>,
    (arn, epoch): (&str, i64),
    changes: &Changes,
) -> Result<bool, StorageError> {
    let mut statement = file.prepare_cached(
        "UPDATE ordered_subscribers SET position = ?3 WHERE arn = ?1 AND epoch = ?2",
    )?;
    if statement.execute(params![arn, epoch, changes.position])? == 0 {
        return Ok(false);
    }
    let delete = "DELETE FROM ordered_open WHERE subscriber = ?1 AND position = ?2";
    let mut statement = file.prepare_cached(delete)?;
    for position in &changes.over {
        statement.execute(params![arn, position])?;
    }
    let mut statement = file.prepare_cached(
        "INSERT OR REPLACE INTO ordered_open
             (subscriber, position, event_group, queued_at, due_at, attempts)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    )?;
    for open in &changes.open {
        let (queued_at, due_at) = (open.queued_at.as_millis(), open.due_at.as_millis());
        statement.execute(params![
            arn,
            open.position,
            open.group,
            queued_at,
            due_at,
            open.attempts
        ])?;
    }
    Ok(true)
}

/// Sets a subscriber to a position; what was open is forgotten.
pub(crate) fn set(file: &Transaction<'_>, arn: &str, position: i64) -> Result<(), StorageError> {
    file.execute("DELETE FROM ordered_open WHERE subscriber = ?1", [arn])?;
    file.execute(
        "UPDATE ordered_subscribers SET position = ?2, epoch = epoch + 1 WHERE arn = ?1",
        params![arn, position],
    )?;
    Ok(())
}

/// A subscriber's position, how many events of its bus up to its end are after it, and how many
/// before it are open.
pub(crate) fn behind(
    file: &Transaction<'_>,
    (arn, bus): (&str, &str),
    end: Option<Timestamp>,
) -> Result<(i64, u64, u64), StorageError> {
    let position = "SELECT position FROM ordered_subscribers WHERE arn = ?1";
    let position: i64 = file.query_row(position, [arn], |row| row.get(0))?;
    let end = end.map_or(i64::MAX, |end| end.as_millis());
    let after = "SELECT count(*) FROM ordered_events
                 WHERE bus = ?1 AND position > ?2 AND received_at < ?3";
    let after: u64 = file.query_row(after, params![bus, position, end], |row| row.get(0))?;
    let open = "SELECT count(*) FROM ordered_open WHERE subscriber = ?1";
    let open: u64 = file.query_row(open, [arn], |row| row.get(0))?;
    Ok((position, after, open))
}
