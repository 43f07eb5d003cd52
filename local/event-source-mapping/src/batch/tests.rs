//! When a batch is due, and which records it holds.

use serde_json::json;

use super::*;

fn entry(number: usize, bytes: usize) -> Entry {
    let record = ReadRecord {
        read_at: Instant::now(),
        sequence_number: number.to_string(),
        created_at: None,
        json: to_raw_value(&json!({"n": number})).unwrap().into(),
    };
    Entry { place: number as u64, record, bytes }
}

fn buffer(max_records: usize, window: u64, sizes: &[usize]) -> Buffer {
    let mut buffer = Buffer::new(max_records, Duration::from_secs(window));
    let entries = sizes.iter().enumerate().map(|(number, bytes)| entry(number, *bytes));
    buffer.extend(entries.collect());
    buffer
}

/// The sizes of the batches that are due one after the other.
fn due(buffer: &mut Buffer, shard_ended: bool) -> Vec<usize> {
    std::iter::from_fn(|| buffer.take_due(shard_ended)).map(|batch| batch.len()).collect()
}

#[tokio::test(start_paused = true)]
async fn a_batch_is_due_when_full_or_when_its_window_has_passed() {
    for (max_records, window, records, at_once, at_the_end) in [
        (10, 0, 0, &[][..], &[][..]),
        (10, 0, 3, &[3], &[]),
        (2, 0, 5, &[2, 2, 1], &[]),
        (2, 9, 5, &[2, 2], &[1]),
        (10, 9, 3, &[], &[3]),
        (3, 9, 3, &[3], &[]),
    ] {
        let mut buffer = buffer(max_records, window, &vec![9; records]);
        assert_eq!(due(&mut buffer, false), at_once, "{max_records} {window} {records}");
        tokio::time::advance(Duration::from_secs(window)).await;
        assert_eq!(due(&mut buffer, false), at_the_end, "{max_records} {window} {records}");
    }
}

#[tokio::test(start_paused = true)]
async fn the_window_opens_with_the_first_record() {
    let mut buffer = buffer(10, 9, &[]);
    tokio::time::advance(Duration::from_secs(60)).await;
    assert_eq!(buffer.due_in(), None);
    buffer.extend(vec![entry(0, 9)]);
    tokio::time::advance(Duration::from_secs(4)).await;
    buffer.extend(vec![entry(1, 9)]);
    assert_eq!(buffer.due_in(), Some(Duration::from_secs(5)));
}

#[tokio::test]
async fn the_end_of_the_shard_does_not_wait_for_the_window() {
    assert_eq!(due(&mut buffer(2, 300, &[9; 5]), true), [2, 2, 1]);
}

#[tokio::test]
async fn a_batch_stays_within_the_payload_but_holds_at_least_one_record() {
    let half = MAX_PAYLOAD / 2;
    for (sizes, expected) in [
        (&[half, half, 1][..], &[1, 2][..]),
        (&[half - ENVELOPE, half - 2, 1], &[2, 1]),
        (&[2 * MAX_PAYLOAD, 1], &[1, 1]),
        (&[1, 2 * MAX_PAYLOAD, 1], &[1, 1, 1]),
    ] {
        assert_eq!(due(&mut buffer(100, 0, sizes), false), expected, "{sizes:?}");
    }
    assert_eq!(due(&mut buffer(100, 300, &[half, half, 1]), false), [1], "full by size");
}

#[test]
fn the_event_holds_the_records_in_order() {
    let batch = [entry(4, 9), entry(5, 9)];
    assert_eq!(event(&batch).get(), r#"{"Records":[{"n":4},{"n":5}]}"#);
}
