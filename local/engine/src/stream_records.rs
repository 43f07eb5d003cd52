//! The engine's table of stream records in SQLite: the index that `dynoxide` does not create, and
//! the trimming that it does not do.

use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::params;

use crate::EngineError;
use crate::connection::connect;

/// Without this index each write reads every record that its table has ever written, to number its
/// own. With it `dynoxide` does range searches. The expression must be spelled exactly as
/// `dynoxide` spells it.
const INDEX: &str = "CREATE INDEX IF NOT EXISTS stream_records_in_order
    ON _stream_records (table_name, CAST(sequence_number AS INTEGER), shard_id)";

/// One step of a trim: among the oldest records, those that are consumed, not the newest, and too
/// old or too many.
const TRIM: &str = "DELETE FROM _stream_records WHERE id IN (
    SELECT id FROM (
        SELECT id, created_at, CAST(sequence_number AS INTEGER) AS number
        FROM _stream_records WHERE table_name = ?1
        ORDER BY CAST(sequence_number AS INTEGER) LIMIT ?3)
    WHERE number <= ?2
      AND number < ?4
      AND (created_at < unixepoch() - ?5 OR number <= ?6))";

/// The number of the record that so many newer ones follow; 0 if there are not so many. Numbers
/// follow the clock, so that they have gaps.
const FOLLOWED: &str = "SELECT COALESCE((SELECT CAST(sequence_number AS INTEGER)
    FROM _stream_records WHERE table_name = ?1
    ORDER BY CAST(sequence_number AS INTEGER) DESC LIMIT 1 OFFSET ?2), 0)";

/// Rows that a step may delete, so that writers wait only milliseconds for it.
const STEP: usize = 500;

/// What `dynoxide` adds to a stored number to give it DynamoDB's length of at least 21 digits.
const OFFSET: u128 = 100_000_000_000_000_000_000;

/// Which stream records are kept after every consumer has passed them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retention {
    /// Those that are younger.
    pub age: Duration,
    /// And of those only so many, the newest.
    pub records: u32,
}

impl Retention {
    /// DynamoDB keeps every record for 24 hours.
    pub const DYNAMODB: Self = Self { age: Duration::from_secs(24 * 60 * 60), records: u32::MAX };
}

#[derive(Clone)]
pub(crate) struct StreamRecords {
    file: PathBuf,
}

impl StreamRecords {
    /// The stream records of an open engine's `file`, with their index.
    pub(crate) fn indexed(file: &Path) -> Result<Self, EngineError> {
        let records = Self { file: file.to_path_buf() };
        connect(file)?.execute_batch(INDEX)?;
        Ok(records)
    }

    pub(crate) fn trim(
        &self,
        table: &str,
        consumed: &str,
        keep: Retention,
    ) -> Result<usize, EngineError> {
        let consumed = stored(consumed)?;
        let connection = connect(&self.file)?;
        let followed_by = |newer: u32| {
            connection.query_row(FOLLOWED, params![table, newer], |row| row.get::<_, i64>(0))
        };
        let (newest, superfluous) = (followed_by(0)?, followed_by(keep.records)?);
        let values = params![table, consumed, STEP, newest, keep.age.as_secs(), superfluous];
        let mut step = connection.prepare(TRIM)?;
        let mut total = 0;
        loop {
            let deleted = step.execute(values)?;
            total += deleted;
            if deleted < STEP {
                return Ok(total);
            }
        }
    }
}

/// The number in the table behind a sequence number that clients see.
fn stored(sequence_number: &str) -> Result<i64, EngineError> {
    sequence_number
        .parse::<u128>()
        .ok()
        .and_then(|public| public.checked_sub(OFFSET))
        .and_then(|stored| i64::try_from(stored).ok())
        .ok_or_else(|| EngineError::SequenceNumber(sequence_number.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sequence_number_of_another_engine_is_refused() {
        assert_eq!(stored("100000000000000000007").unwrap(), 7);
        for foreign in ["", "7", "-1", "4421584500000000017450439091", "x00000000000000000007"] {
            assert!(matches!(stored(foreign), Err(EngineError::SequenceNumber(_))), "{foreign}");
        }
    }
}
