//! Records whose `eventName` this release does not know.

use bed::{Bed, reported};
use lambda_kit::metrics::recorded;
use serde_json::json;

use crate::faults::bus::support::{
    BEYOND_GRACE, EVENTS, assert_all_dispatched, booked, booked_on, ids_of, number_of, pending,
    published,
};

/// A name that DynamoDB has none of today.
const UNKNOWN: &str = "ARCHIVE";

/// A record of an event has an unknown name. It is skipped and counted, and nothing is said about
/// its event: that stays pending, and the sweeper publishes it.
#[tokio::test]
async fn fault_19_a_record_of_an_unknown_name_is_skipped_and_counted_by_the_dispatcher() {
    let (bed, mut records) = booked(1).await;
    let ids = ids_of(&records);
    records[1]["eventName"] = json!(UNKNOWN);
    let (answer, counts) = recorded(bed.dispatch(&records)).await;
    assert_eq!(reported(&answer.unwrap()), [""; 0]);
    assert_eq!(counts.get("RecordsSkipped"), Some(&1));
    assert_eq!(published(&bed).await, [&ids[..1], &ids[2..]].concat());
    assert_eq!(pending(&bed, &records).await.len(), 1);

    bed.clock.advance(BEYOND_GRACE);
    bed.sweep().await.unwrap();
    assert_eq!(published(&bed).await[EVENTS - 1..], ids[1..2]);
    assert_all_dispatched(&bed).await;
}

/// A record of a trip has an unknown name. It is skipped and counted, also where it is the newest:
/// what it means for the row nobody knows. The others are projected.
#[tokio::test]
async fn fault_19_a_record_of_an_unknown_name_is_skipped_and_counted_by_the_projector() {
    let bed = Bed::new().await;
    booked_on(&bed, 1).await;
    let mut records = bed::eventually("three records of the trip", async || {
        Some(bed.capture(1).await.trips()).filter(|records| records.len() == 3)
    })
    .await;
    records[2]["eventName"] = json!(UNKNOWN);
    let (answer, counts) = recorded(bed.project(&records)).await;
    assert_eq!(reported(&answer.unwrap()), [""; 0]);
    assert_eq!(counts.get("RecordsSkipped"), Some(&1));
    let rows: Vec<_> = bed.rows().await.into_values().map(|row| row.version).collect();
    assert_eq!(rows, [2], "{}", number_of(&records[2]));
}
