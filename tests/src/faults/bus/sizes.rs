//! Few events, many bytes: calls are split where EventBridge would refuse them.

use bed::reported;
use rand::Rng;
use rand::rngs::StdRng;
use rstest::rstest;
use serde_json::{Value, json};

use super::limits::envelope;
use super::support::{assert_all_dispatched, booked, by_trip, ids_of, published, seeded};
use super::wire;

/// EventBridge's limits of one call.
const ENTRIES: usize = 10;
const BYTES: usize = 1024 * 1024;

/// The size of one entry's detail is drawn from here: an item of 400 KB holds no more.
const DETAILS: [usize; 6] = [500, 50_000, 104_857, 150_000, 262_144, 349_525];

/// Ten events may hold more bytes than a call. They are split by their bytes as EventBridge counts
/// them, each trip's in order, and one trip's into as few calls as possible; the bus, which refuses
/// a call over its limit, takes each.
#[rstest]
#[tokio::test]
async fn fault_35_calls_are_split_by_their_bytes_as_the_bus_counts_them(
    #[values(1, 3)] trips: usize,
) {
    let (bed, records) = booked(trips).await;
    for mut random in seeded(35, 12) {
        let (calls, taken) = (wire::calls(&bed).len(), published(&bed).await.len());
        let padded: Vec<_> = records.iter().map(|record| sized(record, &mut random)).collect();
        assert_eq!(reported(&bed.dispatch(&padded).await.unwrap()), [""; 0]);

        let calls = wire::calls(&bed).split_off(calls);
        assert!(calls.iter().all(|call| call.status == Some(200)));
        assert!(calls.iter().all(|call| wire::bytes(call) <= BYTES));
        assert!(calls.iter().all(|call| wire::ids(call).len() <= ENTRIES));
        let sent: Vec<_> = calls.iter().flat_map(wire::ids).collect();
        assert_eq!(by_trip(&records, sent.clone()), by_trip(&records, ids_of(&records)));
        let sizes: Vec<_> = calls.iter().flat_map(wire::sizes).collect();
        assert!(trips > 1 || calls.len() == fewest(&sizes));
        let taken = published(&bed).await.split_off(taken);
        assert_eq!(by_trip(&records, taken), by_trip(&records, sent));
        assert_all_dispatched(&bed).await;
    }
}

/// Four events fill a call to the last byte, and go in one; with one byte more they need two.
#[tokio::test]
async fn fault_35_a_call_is_filled_to_the_last_byte_and_not_beyond() {
    let (bed, records) = booked(1).await;
    for (more, expected) in [(0, vec![BYTES]), (1, vec![BYTES * 3 / 4, BYTES / 4 + 1])] {
        let before = wire::calls(&bed).len();
        let mut padded: Vec<_> = records.iter().map(|record| of_size(record, BYTES / 4)).collect();
        padded[3] = of_size(&records[3], BYTES / 4 + more);
        assert_eq!(reported(&bed.dispatch(&padded).await.unwrap()), [""; 0]);
        let calls = wire::calls(&bed).split_off(before);
        assert_eq!(calls.iter().map(wire::bytes).collect::<Vec<_>>(), expected);
    }
}

/// A record whose entry has a size drawn from the menu, give or take a little.
fn sized(record: &Value, random: &mut StdRng) -> Value {
    let size = DETAILS[random.random_range(0..DETAILS.len())];
    of_size(record, size + random.random_range(0..400))
}

/// A record whose entry has exactly so many bytes, most of them in letters of two.
fn of_size(record: &Value, size: usize) -> Value {
    let mut envelope = envelope(record);
    let around = 14 + "trip-saga".len() + envelope["type"].as_str().unwrap().len();
    envelope["data"]["padding"] = json!("");
    let missing = size.saturating_sub(around + envelope.to_string().len());
    envelope["data"]["padding"] = json!("é".repeat(missing / 2) + &"x".repeat(missing % 2));
    let mut record = record.clone();
    record["dynamodb"]["NewImage"]["detail"]["S"] = json!(envelope.to_string());
    record
}

/// The fewest calls that keep the order, found by trying every split.
fn fewest(sizes: &[usize]) -> usize {
    let mut best = vec![0; sizes.len() + 1];
    for end in 1..=sizes.len() {
        let fits = |start: &usize| {
            end - start <= ENTRIES && sizes[*start..end].iter().sum::<usize>() <= BYTES
        };
        best[end] = (0..end).filter(fits).map(|start| best[start] + 1).min().unwrap();
    }
    best[sizes.len()]
}
