//! Records of trips that cannot be read: kept beside the view, while the view follows the others.

use aws_sdk_dynamodb::types::AttributeValue;
use bed::{Bed, answers, reported};
use domain::TripId;
use futures::TryStreamExt;
use lambda_kit::metrics::recorded;
use rand::Rng;
use rand::seq::IndexedRandom;
use serde_json::{Value, json};
use store::view::UnreadChange;

use super::items::put;
use crate::faults::bus::support::{Item, number_of, seeded};

/// What can be wrong with a trip's record: where, and what stands there instead.
fn damages() -> Vec<(&'static str, Value)> {
    vec![
        ("/dynamodb/NewImage/status", json!({ "S": "LOST" })),
        ("/dynamodb/NewImage/status", json!({ "N": "7" })),
        ("/dynamodb/NewImage/version", json!({ "S": "one" })),
        ("/dynamodb/NewImage/trip_id", json!({ "S": "no id" })),
        ("/dynamodb/NewImage/entity_type", json!({ "N": "7" })),
        ("/dynamodb/NewImage/schema_version", json!({ "NULL": true })),
        ("/dynamodb/NewImage/updated_at", json!({ "S": "yesterday" })),
        ("/dynamodb/NewImage/version", json!(7)),
        ("/dynamodb/NewImage", json!([])),
        ("/dynamodb/Keys", json!(7)),
        ("/eventName", json!(7)),
    ]
}

async fn kept(bed: &Bed) -> Vec<UnreadChange> {
    let mut kept: Vec<_> = bed.view().all_set_aside().try_collect().await.unwrap();
    kept.sort_by(|a, b| a.sequence_number.cmp(&b.sequence_number));
    kept
}

/// The records of three trips, one record each and complete.
async fn changes(bed: &Bed, trips: &[String]) -> Vec<Value> {
    for trip in trips {
        bed.book(trip).await;
    }
    let ids: Vec<_> = trips.iter().map(|trip| TripId::parse(trip).unwrap()).collect();
    let of = |records: Vec<Value>| {
        let last = |id: &TripId| {
            let pk = store::keys::trip(id);
            let of_trip = |record: &&Value| record["dynamodb"]["Keys"]["PK"]["S"] == pk;
            records.iter().filter(of_trip).nth(2).cloned()
        };
        ids.iter().map(last).collect::<Option<Vec<_>>>()
    };
    bed::eventually("the trips' records", async || of(bed.capture(1).await.trips())).await
}

/// The stream's records of trips, once there are so many.
async fn records(bed: &Bed, count: usize) -> Vec<Value> {
    bed::eventually("records of trips", async || {
        Some(bed.capture(1).await.trips()).filter(|records| records.len() == count)
    })
    .await
}

/// The record without what the functions never look at.
fn without_old_image(mut record: Value) -> Value {
    record["dynamodb"].as_object_mut().unwrap().remove("OldImage");
    record
}

/// A trip's record is damaged, at any place of a batch. The other trips' rows are written; the
/// record is kept whole beside the view with the reason, is counted, and shows in no row.
///
/// Breaks when records that cannot be read are only counted (`projector/src/intake.rs`).
#[tokio::test]
async fn fault_17_a_damaged_trip_is_kept_with_its_payload_and_the_others_are_projected() {
    let bed = Bed::new().await;
    for (schedule, mut random) in seeded(17, 6).enumerate() {
        let trips: Vec<_> = (0..3).map(|number| format!("trip-{schedule}-{number}")).collect();
        let mut records = changes(&bed, &trips).await;
        let place = random.random_range(0..records.len());
        let (path, value) = damages().choose(&mut random).unwrap().clone();
        *records[place].pointer_mut(path).unwrap() = value;
        let (before, rows) = (kept(&bed).await.len(), bed.rows().await.len());

        let (answer, counts) = recorded(bed.project(&records)).await;
        assert_eq!(reported(&answer.unwrap()), [""; 0]);
        assert_eq!(counts.get("RecordsUnreadable"), Some(&1), "{path}");
        let damaged = without_old_image(records[place].clone());
        let kept = kept(&bed).await;
        assert_eq!(kept.len(), before + 1);
        let found = kept.iter().find(|change| change.sequence_number == number_of(&damaged));
        let record: Value = serde_json::from_str(&found.unwrap().record).unwrap();
        assert_eq!(record, damaged, "{path}");
        assert_eq!(bed.rows().await.len(), rows + 2);
    }
}

/// A trip's item itself is damaged. What the stream brings of it is kept; once it is repaired its
/// next record brings the row to where it should be.
///
/// Breaks when what was set aside shows among the rows (`store/src/scan.rs`).
#[tokio::test]
async fn fault_17_a_repaired_trip_is_projected_by_its_next_record() {
    let bed = Bed::new().await;
    let [record] = changes(&bed, &["trip-1".to_owned()]).await.try_into().unwrap();
    let good = root_item(&bed, &record).await;
    let mut damaged = good.clone();
    damaged.remove("customer_id").unwrap();
    put(&bed, damaged).await;
    assert_eq!(reported(&bed.project(&records(&bed, 4).await[3..]).await.unwrap()), [""; 0]);
    assert_eq!((kept(&bed).await.len(), bed.rows().await.len()), (1, 0));

    put(&bed, good).await;
    assert_eq!(reported(&bed.project(&records(&bed, 5).await[4..]).await.unwrap()), [""; 0]);
    assert_eq!(bed.rows().await, bed.fold().await);
    assert_eq!(kept(&bed).await.len(), 1, "until an operator removes it");
}

/// A damaged record cannot be kept for a moment. It is reported and comes again, and is kept then.
#[tokio::test]
async fn fault_17_a_damaged_trip_that_cannot_be_kept_comes_again() {
    let bed = Bed::new().await;
    let trips = ["trip-1", "trip-2"].map(str::to_owned);
    let mut records = changes(&bed, &trips).await;
    records[0]["dynamodb"]["NewImage"]["status"] = json!({ "S": "LOST" });
    bed.database.inject(|call| {
        let key = call.body["Item"]["trip_id"]["S"].as_str()?;
        key.starts_with('#').then(answers::invalid)
    });
    assert_eq!(reported(&bed.project(&records).await.unwrap()), [number_of(&records[0])]);
    assert_eq!((kept(&bed).await.len(), bed.rows().await.len()), (0, 1));

    bed.database.heal();
    assert_eq!(reported(&bed.project(&records).await.unwrap()), [""; 0]);
    assert_eq!((kept(&bed).await.len(), bed.rows().await.len()), (1, 1));
}

async fn root_item(bed: &Bed, record: &Value) -> Item {
    let keys = &record["dynamodb"]["Keys"];
    let text = |name: &str| AttributeValue::S(keys[name]["S"].as_str().unwrap().to_owned());
    let get = bed.client.get_item().table_name(&bed.tables.trips).consistent_read(true);
    get.key("PK", text("PK")).key("SK", text("SK")).send().await.unwrap().item.unwrap()
}
