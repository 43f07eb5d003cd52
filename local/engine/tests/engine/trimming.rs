//! Trimming: only records that are old and consumed are deleted, and numbering never goes back.

use engine::{EngineError, Retention};
use rusqlite::Connection;

use crate::support::{Served, TABLE, sequence_number};

const KEEP: Retention = Retention::DYNAMODB;

/// Writes `count` items; returns the numbers of all records.
async fn written(served: &Served, count: usize) -> Vec<String> {
    for n in 0..count {
        served.put(("TRIP#1", &format!("OUTBOX#{n}")), &[]).await;
    }
    left(served).await
}

/// A table with this many records, the oldest of which look as if they had been written `hours`
/// ago. Returns the numbers of all.
async fn aged(records: usize, oldest: usize, hours: usize) -> (Served, Vec<String>) {
    let served = Served::with_table().await;
    let numbers = written(&served, records).await;
    age(&served, oldest, hours);
    (served, numbers)
}

async fn left(served: &Served) -> Vec<String> {
    served.records().await.iter().map(|r| sequence_number(r).to_owned()).collect()
}

/// Makes the oldest records look as if they had been written `hours` ago.
fn age(served: &Served, count: usize, hours: usize) {
    let connection = Connection::open(served.file()).unwrap();
    let sql = "UPDATE _stream_records SET created_at = created_at - ?1 * 3600
               WHERE id IN (SELECT id FROM _stream_records ORDER BY id LIMIT ?2)";
    assert_eq!(connection.execute(sql, [hours, count]).unwrap(), count);
}

#[tokio::test]
async fn only_records_that_are_old_and_consumed_are_deleted() {
    let (served, numbers) = aged(4, 3, 25).await;
    assert_eq!(served.engine.trim(TABLE, &numbers[1], KEEP).unwrap(), 2);
    assert_eq!(left(&served).await, numbers[2..], "old, but not consumed");
    assert_eq!(served.engine.trim(TABLE, &numbers[3], KEEP).unwrap(), 1);
    assert_eq!(left(&served).await, numbers[3..], "consumed, but not old");
}

#[tokio::test]
async fn a_record_stays_for_24_hours_and_another_table_keeps_its_own() {
    let (served, numbers) = aged(2, 2, 23).await;
    assert_eq!(served.engine.trim(TABLE, &numbers[1], KEEP).unwrap(), 0);
    age(&served, 2, 2);
    assert_eq!(served.engine.trim("another", &numbers[1], KEEP).unwrap(), 0);
    assert_eq!(left(&served).await, numbers);
}

#[tokio::test]
async fn of_consumed_records_no_more_are_kept_than_allowed() {
    let (served, numbers) = aged(6, 0, 0).await;
    let keep = Retention { records: 2, ..KEEP };
    assert_eq!(served.engine.trim(TABLE, &numbers[2], keep).unwrap(), 3);
    assert_eq!(left(&served).await, numbers[3..], "the fourth is one too many, but not consumed");
    let none = Retention { records: 0, ..KEEP };
    assert_eq!(served.engine.trim(TABLE, &numbers[5], none).unwrap(), 2);
    assert_eq!(left(&served).await, numbers[5..]);
}

#[tokio::test]
async fn records_are_counted_though_their_numbers_have_gaps() {
    let (served, numbers) = aged(6, 0, 0).await;
    let keep = Retention { records: 5, ..KEEP };
    assert_eq!(served.engine.trim(TABLE, &numbers[5], keep).unwrap(), 1, "{numbers:?}");
    assert_eq!(left(&served).await, numbers[1..]);
}

#[tokio::test]
async fn the_newest_record_stays_so_that_numbers_keep_rising() {
    let (served, numbers) = aged(3, 3, 48).await;
    assert_eq!(served.engine.trim(TABLE, &numbers[2], KEEP).unwrap(), 2);
    assert_eq!(left(&served).await, numbers[2..]);
    assert!(written(&served, 1).await.last() > numbers.last());
}

#[tokio::test]
async fn a_trim_of_many_records_takes_several_steps_beside_a_writer() {
    let served = Served::with_table().await;
    let numbers = written(&served, 3).await;
    let connection = Connection::open(served.file()).unwrap();
    let copies = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1200)
        INSERT INTO _stream_records (table_name, event_name, keys_json, sequence_number, shard_id, created_at)
        SELECT table_name, event_name, keys_json, CAST(i AS TEXT), shard_id, 0
        FROM _stream_records, n WHERE sequence_number = (SELECT MIN(sequence_number) FROM _stream_records)";
    assert_eq!(connection.execute(copies, []).unwrap(), 1200);
    let (engine, consumed) = (served.engine.clone(), numbers[0].clone());
    let trimming =
        tokio::task::spawn_blocking(move || engine.trim(TABLE, &consumed, KEEP).unwrap());
    served.put(("TRIP#2", "METADATA"), &[]).await;
    assert_eq!(trimming.await.unwrap(), 1200);
    assert_eq!(left(&served).await[..3], numbers);
}

#[tokio::test]
async fn a_foreign_sequence_number_is_refused() {
    let served = Served::with_table().await;
    let outcome = served.engine.trim(TABLE, "4421584500000000017450439091", KEEP);
    assert!(matches!(outcome, Err(EngineError::SequenceNumber(_))));
}
