//! What a newer release wrote: events and trips in a form that this one does not know.

use bed::{Bed, reported};
use futures::TryStreamExt;
use rstest::rstest;
use serde_json::{Value, json};
use store::keys;
use store::outbox::Parked;

use super::items::{events, number, put, put_changed, text};
use crate::faults::bus::support::{
    BEYOND_GRACE, Way, assert_all_dispatched, booked, booked_on, ids_of, item, key_of,
    parked_reason, published,
};

/// An event has a schema version of the future. It is parked with all it holds, whatever else
/// happens; when it has a known form again and is redriven, it is published under its id.
#[rstest]
#[tokio::test]
async fn fault_18_an_event_of_an_unknown_schema_is_kept_until_it_can_be_read(
    #[values(Way::Stream, Way::Sweeper)] way: Way,
) {
    let (bed, records) = booked(1).await;
    let future = put_changed(&bed, &records[3], |item| {
        item.insert("schema_version".to_owned(), number(9));
        item.insert("compressed".to_owned(), text("H4sIAAAA"));
    })
    .await;
    let records = events(&bed, records.len() + 1).await;
    way.take(&bed, &records).await;
    assert_eq!(published(&bed).await, ids_of(&records[..4]));
    assert!(parked_reason(&bed, &future).await.unwrap().contains('9'));
    let kept = item(&bed, &future).await;
    assert_eq!((&kept["compressed"], kept.get("expires_at")), (&text("H4sIAAAA"), None));

    bed.clock.advance(BEYOND_GRACE);
    assert_eq!(bed.outbox().redrive(&future).await.unwrap(), Parked::Done);
    assert_eq!(bed.sweep().await.unwrap()["parked"], json!(1), "still unknown, still kept");
    let mut repaired = item(&bed, &future).await;
    repaired.insert("schema_version".to_owned(), number(1));
    put(&bed, repaired).await;
    assert_eq!(bed.outbox().redrive(&future).await.unwrap(), Parked::Done);
    assert_eq!(bed.sweep().await.unwrap()["published"], json!(1));
    assert_eq!(bed.bus.published().await.len(), 5);
    assert_all_dispatched(&bed).await;
}

/// A newer release's type of event stands in the outbox. Its envelope is ready to be published, so
/// it is, as it is.
///
/// Breaks when only known types are published (`dispatcher/src/intake.rs`).
#[tokio::test]
async fn fault_18_an_event_of_an_unknown_type_is_published_as_it_was_committed() {
    let (bed, records) = booked(1).await;
    put_changed(&bed, &records[3], |item| {
        item.insert("detail".to_owned(), text(upgraded().to_string()));
    })
    .await;
    let records = events(&bed, records.len() + 1).await;
    assert_eq!(reported(&bed.dispatch(&records).await.unwrap()), [""; 0]);
    let published = bed.bus.published().await;
    assert_eq!((published.len(), &published[4]), (5, &upgraded()));
    assert_all_dispatched(&bed).await;
}

fn upgraded() -> Value {
    json!({
        "id": "the next",
        "type": "trip.upgraded.v7",
        "time": "2026-03-01T01:00:00.120Z",
        "sequence": "0000000005",
        "data": [1, 2],
    })
}

/// DynamoDB raises the version of its records. What can still be read is taken as it is.
///
/// Breaks when records of another `eventVersion` are skipped (`lambda-kit/src/stream.rs`).
#[tokio::test]
async fn fault_18_a_stream_record_of_a_newer_version_is_not_dropped() {
    let (bed, mut records) = booked(1).await;
    for record in &mut records {
        record["eventVersion"] = json!("2.0");
        record["novelty"] = json!({ "of": "2.0" });
    }
    assert_eq!(reported(&bed.dispatch(&records).await.unwrap()), [""; 0]);
    assert_eq!(published(&bed).await, ids_of(&records));
    assert_all_dispatched(&bed).await;
}

/// A trip has a schema version of the future. The projector keeps its record with all it holds, and
/// writes no row that it could only guess at.
#[tokio::test]
async fn fault_18_a_trip_of_an_unknown_schema_is_kept_for_an_operator() {
    let bed = Bed::new().await;
    let trip_id = key_of(&booked_on(&bed, 1).await[0]).trip_id;
    let mut root = root(&bed, &keys::trip(&trip_id)).await;
    root.insert("schema_version".to_owned(), number(9));
    root.insert("rail_number".to_owned(), text("ICE 7"));
    put(&bed, root).await;
    let records = bed::eventually("four records of the trip", async || {
        Some(bed.capture(1).await.trips()).filter(|records| records.len() == 4)
    })
    .await;
    assert_eq!(reported(&bed.project(&records).await.unwrap()), [""; 0]);
    let kept: Vec<_> = bed.view().all_set_aside().try_collect().await.unwrap();
    assert_eq!(kept.len(), 1);
    assert!(kept[0].reason.contains('9'), "{}", kept[0].reason);
    let record: Value = serde_json::from_str(&kept[0].record).unwrap();
    assert_eq!(record["dynamodb"]["NewImage"]["rail_number"], json!({ "S": "ICE 7" }));
    assert_eq!(bed.rows().await[&trip_id].version, 3, "as far as this release can read");
}

async fn root(bed: &Bed, pk: &str) -> crate::faults::bus::support::Item {
    let get = bed.client.get_item().table_name(&bed.tables.trips).consistent_read(true);
    let get = get.key(keys::PK, text(pk)).key(keys::SK, text(keys::METADATA));
    get.send().await.unwrap().item.unwrap()
}
