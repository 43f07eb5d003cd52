//! A captured stream is kept as the event that Lambda hands to a function, and replayed from the
//! file.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use bed::{Bed, Capture, reported};
use serde_json::{Value, json};

use super::story::{Raw, Story};

/// What a stream brought once: a trip in flight, a refused one, marks of both and the expiry of an
/// event. It is never written anew, since what this release has sent must stay readable.
fn kept() -> PathBuf {
    let package = std::env::var("CARGO_MANIFEST_DIR").unwrap();
    Path::new(&package).join("captures/two-trips.json")
}

#[tokio::test]
async fn a_capture_that_was_saved_and_loaded_replays_to_the_same_view_and_events() {
    let story = Story::told().await;
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("stream.json");
    story.capture.save(&file);
    let loaded = Capture::load(&file);
    assert_eq!(loaded, story.capture);

    let bed = Bed::new().await;
    replay(&bed, &loaded).await;
    let rows = bed.rows().await.into_iter();
    let rows: BTreeMap<_, Raw> =
        rows.map(|(trip, row)| (trip, row.to_row().unwrap().into())).collect();
    assert_eq!(rows, story.rows);
    assert_eq!(bed.bus.published().await.len(), story.events.len());
}

#[tokio::test]
async fn the_capture_that_is_kept_still_replays() {
    let bed = Bed::new().await;
    replay(&bed, &Capture::load(&kept())).await;
    let rows = bed.rows().await;
    let rows: Vec<_> =
        rows.values().map(|row| json!([row.trip_id, row.status, row.version])).collect();
    assert_eq!(rows, [json!(["in-flight", "PENDING", 2]), json!(["refused", "FAILED", 1])]);

    let published = bed.bus.published().await;
    let types: Vec<_> = published.iter().map(kind).collect();
    let expected = [
        "in-flight 1 flight.reserved.v1",
        "in-flight 2 hotel.reserved.v1",
        "refused 1 flight.rejected.v1",
        "refused 2 trip.failed.v1",
    ];
    assert_eq!(types, expected);
}

/// What happened, to which trip, and where in its history.
fn kind(event: &Value) -> String {
    let [subject, sequence, kind] =
        ["subject", "sequence", "type"].map(|name| event[name].as_str().unwrap());
    format!("{subject} {} {kind}", sequence.trim_start_matches('0'))
}

async fn replay(bed: &Bed, capture: &Capture) {
    let projected = bed.project(&capture.records).await.unwrap();
    let dispatched = bed.dispatch(&capture.records).await.unwrap();
    assert_eq!([reported(&projected), reported(&dispatched)], [vec![], vec![]] as [Vec<String>; 2]);
}
