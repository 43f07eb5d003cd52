//! Acknowledged events are there after a restart, even after `kill -9`.

use std::io::Write;
use std::path::{Path, PathBuf};

use event_bus::{EventBus, handle};
use serde_json::{Value, json};
use tempfile::TempDir;
use testing::rerun;

use crate::support::{archived, config, number, open};

/// Tells the publisher below which file to write to.
const FILE_VARIABLE: &str = "EVENT_BUS_TEST_FILE";

#[tokio::test]
async fn a_reopened_bus_has_its_events_and_goes_on_after_them() {
    let directory = TempDir::new().unwrap();
    let bus = open(&directory, config());
    for n in 0..3 {
        put(&bus, n).await;
    }
    let before: Vec<_> = archived(&bus).await.iter().map(|event| event.position).collect();
    drop(bus);

    let bus = open(&directory, config());
    let after: Vec<_> = archived(&bus).await.iter().map(|event| event.position).collect();
    assert_eq!(after, before);
    put(&bus, 3).await;
    let numbers: Vec<_> = archived(&bus).await.iter().map(number).collect();
    assert_eq!(numbers, [0, 1, 2, 3]);
}

#[tokio::test]
async fn the_file_may_hold_tables_of_others() {
    let directory = TempDir::new().unwrap();
    let path = directory.path().join("bus.sqlite");
    let other = rusqlite::Connection::open(&path).unwrap();
    other
        .execute_batch("CREATE TABLE positions (p INTEGER); INSERT INTO positions VALUES (7)")
        .unwrap();
    let bus = open(&directory, config());
    put(&bus, 1).await;
    let kept: i64 = other.query_row("SELECT p FROM positions", [], |row| row.get(0)).unwrap();
    assert_eq!((kept, archived(&bus).await.len()), (7, 1));
}

#[tokio::test]
async fn a_killed_process_loses_no_event_that_it_acknowledged() {
    let directory = TempDir::new().unwrap();
    let path = directory.path().join("bus.sqlite");
    let acknowledged = kill_a_publisher_after(50, &path);
    let bus = EventBus::open(&path, config()).unwrap();
    let numbers: Vec<_> = archived(&bus).await.iter().map(number).collect();
    assert!(acknowledged.len() >= 50);
    assert!(numbers.len() >= acknowledged.len());
    assert_eq!(numbers[..acknowledged.len()], acknowledged);
}

/// Runs this test binary as a publisher and kills it once it has acknowledged `count` events;
/// returns all that it acknowledged.
fn kill_a_publisher_after(count: usize, path: &Path) -> Vec<u64> {
    let (mut publisher, lines) =
        rerun("durability::publishes_until_it_is_killed", FILE_VARIABLE, path);
    let mut acknowledged = Vec::new();
    for line in lines {
        acknowledged.extend(line.strip_prefix("acknowledged ").and_then(|n| n.parse::<u64>().ok()));
        if acknowledged.len() == count {
            publisher.kill().unwrap();
        }
    }
    publisher.wait().unwrap();
    acknowledged
}

/// Not a test: the publisher that the test above starts and kills.
#[tokio::test]
async fn publishes_until_it_is_killed() {
    let Some(path) = std::env::var_os(FILE_VARIABLE).map(PathBuf::from) else { return };
    let bus = EventBus::open(&path, config()).unwrap();
    for n in 0.. {
        put(&bus, n).await;
        writeln!(std::io::stdout(), "acknowledged {n}").unwrap();
    }
}

async fn put(bus: &EventBus, n: u64) {
    let detail = json!({ "n": n }).to_string();
    let request = json!({
        "Entries": [{ "Source": "s", "DetailType": "n.v1", "Detail": detail }],
    });
    let answer = handle(bus, "PutEvents", request.to_string().into()).await;
    let answer: Value = serde_json::from_slice(&answer.body).unwrap();
    assert_eq!(answer["FailedEntryCount"], 0);
}
