//! What a consumer gave up lies in a folder, and the local runtime sends it again until it passes.

use std::fs;
use std::path::Path;

use bed::{Bed, Booking, batch};
use domain::TripId;
use local::{Data, Options, System};
use saga::Operation;
use serde_json::{Value, json};
use tempfile::TempDir;

/// A version of the trip that no record of the stream has: only a redriven one can bring it into
/// the view.
const NEWER: u64 = 99;

/// Keeps records in a data folder as a projector's given-up batch.
fn give_up(data: &Path, records: &[Value]) {
    let folder = data.join("on-failure/aws/lambda/projector/shard/2026/01/15");
    fs::create_dir_all(&folder).unwrap();
    let batch = json!({
        "requestContext": {
            "functionArn": "arn:aws:lambda:us-east-1:000000000000:function:projector",
            "condition": "RecordAgeExceeded",
        },
        "payload": batch(records).to_string(),
    });
    fs::write(folder.join("2026-01-15T12.00.05-1.json"), batch.to_string()).unwrap();
}

fn files(folder: &Path) -> usize {
    let Ok(entries) = fs::read_dir(folder) else { return 0 };
    let count = |path: &Path| if path.is_dir() { files(path) } else { 1 };
    entries.map(|entry| count(&entry.unwrap().path())).sum()
}

#[tokio::test]
async fn what_the_projector_gave_up_is_redriven_by_the_next_system() {
    let (bed, data) = (Bed::new().await, TempDir::new().unwrap());
    let task = Booking::new("trip-1").task("alice", "saga-1");
    bed.step(Operation::FlightReserve, task).await.unwrap();
    let mut records = bed::eventually("the trip's record", async || {
        Some(bed.capture(1).await.trips()).filter(|records| !records.is_empty())
    })
    .await;
    records[0]["dynamodb"]["NewImage"]["version"] = json!({ "N": NEWER.to_string() });
    give_up(data.path(), &records);

    let options = Options { data: Data::Dir(data.path().to_owned()), ..bed.options() };
    let system = System::start(options).await.unwrap();
    let trip = TripId::parse("trip-1").unwrap();
    bed::eventually("the redriven version", async || {
        let row = bed.view().look(&trip).await.unwrap().map(|held| held.row.unwrap());
        row.filter(|row| row.version == NEWER)
    })
    .await;
    bed::eventually("an empty folder", async || {
        (files(&data.path().join("on-failure")) == 0).then_some(())
    })
    .await;
    system.stop().await;
}

/// The view's table refuses the redriven rows: the file stays, and passes when the table is well.
#[tokio::test]
async fn a_given_up_batch_that_does_not_pass_is_kept_and_tried_again() {
    let (bed, data) = (Bed::new().await, TempDir::new().unwrap());
    let task = Booking::new("trip-1").task("alice", "saga-1");
    bed.step(Operation::FlightReserve, task).await.unwrap();
    let records = bed::eventually("the trip's record", async || {
        Some(bed.capture(1).await.trips()).filter(|records| !records.is_empty())
    })
    .await;
    give_up(data.path(), &records);
    let search = bed.tables.search.clone();
    bed.database.inject(move |call| {
        let writes = call.operation == "PutItem" && call.body["TableName"] == *search;
        writes.then(bed::answers::throttled)
    });
    let options = Options { data: Data::Dir(data.path().to_owned()), ..bed.options() };
    let system = System::start(options).await.unwrap();
    bed::eventually("some refused rows", async || {
        let refused = bed.database.calls_of("PutItem");
        (refused.iter().filter(|call| call.fault.is_some()).count() > 3).then_some(())
    })
    .await;
    assert_eq!(files(&data.path().join("on-failure")), 1);
    bed.database.heal();
    bed::eventually("an empty folder", async || {
        (files(&data.path().join("on-failure")) == 0).then_some(())
    })
    .await;
    assert!(bed.view().look(&TripId::parse("trip-1").unwrap()).await.unwrap().is_some());
    system.stop().await;
}
