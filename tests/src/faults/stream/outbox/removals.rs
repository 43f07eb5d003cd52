//! Items that leave the table, by TTL or by hand.

use bed::{Bed, reported};
use lambda_kit::metrics::recorded;
use rstest::rstest;
use serde_json::{Value, json};

use super::items::{events, text};
use crate::faults::bus::support::{booked, booked_on, key_of, published};
use crate::faults::bus::wire;

/// Who removed an item, as a record says it.
#[derive(Clone, Copy, Debug)]
enum By {
    /// TTL.
    Service,
    /// A person, or TTL where the record does not tell.
    Nobody,
}

impl By {
    fn sign(self, mut record: Value) -> Value {
        if matches!(self, Self::Service) {
            let identity = json!({ "type": "Service", "principalId": "dynamodb.amazonaws.com" });
            record["userIdentity"] = identity;
        }
        record
    }
}

/// Events leave the table, dispatched ones as TTL removes them and a pending one that should not.
/// Whoever removed them, the dispatcher publishes nothing, and touches neither the bus nor the
/// table.
#[rstest]
#[tokio::test]
async fn fault_20_a_removed_event_is_never_published(#[values(By::Service, By::Nobody)] by: By) {
    let (bed, records) = booked(1).await;
    bed.dispatch(&records[..3]).await.unwrap();
    for record in &records {
        let key = key_of(record);
        remove(&bed, &store::keys::trip(&key.trip_id), &store::keys::outbox(key.event_id)).await;
    }
    let removals: Vec<_> =
        removed(&bed, 4).await.into_iter().map(|record| by.sign(record)).collect();
    let (calls, taken) = (wire::calls(&bed).len(), published(&bed).await);
    let table = bed.database.calls().len();

    let (answer, counts) = recorded(bed.dispatch(&removals)).await;
    assert_eq!(reported(&answer.unwrap()), [""; 0]);
    assert_eq!(counts.get("RecordsSkipped"), Some(&4));
    assert_eq!(published(&bed).await, taken);
    assert_eq!((wire::calls(&bed).len(), bed.database.calls().len()), (calls, table));
    assert_eq!(events(&bed, 4).await.len(), 4, "a removal is not an event either");
}

/// A trip's root item leaves the table, which nothing of ours does. The view keeps its row.
#[rstest]
#[tokio::test]
async fn fault_20_a_removed_trip_keeps_its_row(#[values(By::Service, By::Nobody)] by: By) {
    let bed = Bed::new().await;
    booked_on(&bed, 1).await;
    let trips = bed::eventually("three records of the trip", async || {
        Some(bed.capture(1).await.trips()).filter(|records| records.len() == 3)
    })
    .await;
    bed.project(&trips).await.unwrap();
    let rows = bed.rows().await;
    remove(&bed, "TRIP#trip-0", store::keys::METADATA).await;
    let removals: Vec<_> =
        removed(&bed, 1).await.into_iter().map(|record| by.sign(record)).collect();
    let (answer, counts) = recorded(bed.project(&removals)).await;
    assert_eq!(reported(&answer.unwrap()), [""; 0]);
    assert_eq!(counts.get("RecordsSkipped"), Some(&1));
    assert_eq!((bed.rows().await, rows.len()), (rows, 1));
}

async fn remove(bed: &Bed, pk: &str, sk: &str) {
    let delete = bed.client.delete_item().table_name(&bed.tables.trips);
    delete.key("PK", text(pk)).key("SK", text(sk)).send().await.unwrap();
}

/// The records of what was removed, once there are so many.
async fn removed(bed: &Bed, count: usize) -> Vec<Value> {
    bed::eventually("the removals", async || {
        let mut records = bed.capture(1).await.records;
        records.retain(|record| record["eventName"] == "REMOVE");
        (records.len() == count).then_some(records)
    })
    .await
}
