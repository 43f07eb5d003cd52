//! A stream captured once, and what every replay of it must come to.

use std::collections::{BTreeMap, HashMap};

use aws_sdk_dynamodb::types::AttributeValue;
use bed::{Bed, Capture, book_every_end, eventually};
use domain::{Clock, Timestamp, TripId};
use serde_dynamo::Item;
use serde_json::Value;
use store::outbox::{OutboxKey, key_of};
use tokio::sync::OnceCell;

/// An item as DynamoDB keeps it.
pub(super) type Raw = HashMap<String, AttributeValue>;

/// How many of the events were dispatched while the trips were booked: their marks stand in the
/// stream.
const MARKED: usize = 9;

/// What happened once, as plain data.
pub(super) struct Story {
    /// The stream of the write table, from its oldest record.
    pub(super) capture: Capture,
    /// Its records of trips, which the projector's mapping lets through.
    pub(super) trips: Vec<Value>,
    /// Its records of new events, which the dispatcher's mapping lets through.
    pub(super) commits: Vec<Value>,
    /// The view that the trips fold to, item by item.
    pub(super) rows: BTreeMap<TripId, Raw>,
    /// The envelope of each committed event, by its id.
    pub(super) events: BTreeMap<String, Value>,
    /// The events in the outbox, as they were committed.
    pub(super) outbox: Vec<(OutboxKey, Raw)>,
    /// When it ended.
    pub(super) ended: Timestamp,
}

impl Story {
    /// Trips of every end, told once a process.
    pub(super) async fn told() -> &'static Self {
        static TOLD: OnceCell<Story> = OnceCell::const_new();
        TOLD.get_or_init(Self::live).await
    }

    async fn live() -> Self {
        let bed = Bed::new().await;
        book_every_end(&bed).await;
        let committed = committed(&bed).await;
        bed.dispatch(&committed.events()[..MARKED]).await.unwrap();
        expire(&bed, &committed.events()[0]).await;
        let capture = bed.capture(committed.records.len() + MARKED + 1).await;
        let (trips, commits) = (capture.trips(), capture.events());
        let rows = bed.fold().await.into_iter();
        Self {
            rows: rows.map(|(trip, row)| (trip, row.to_row().unwrap().into())).collect(),
            events: commits.iter().map(envelope).collect(),
            outbox: commits.iter().map(pending).collect(),
            ended: bed.clock.now(),
            capture,
            trips,
            commits,
        }
    }
}

/// The stream, once it shows every commit: the latest version of each trip, and as many events as
/// the trips have counted.
async fn committed(bed: &Bed) -> Capture {
    let fold = bed.fold().await;
    let versions: u64 = fold.values().map(|row| row.version).sum();
    let mut events = 0;
    for trip in fold.keys() {
        events += bed.trip(trip).await.unwrap().state().last_sequence;
    }
    eventually("all commits in the stream", async || {
        let capture = bed.capture(1).await;
        let shown = (capture.trips().len() as u64, capture.events().len() as u64);
        (shown == (versions, events)).then_some(capture)
    })
    .await
}

/// Takes an event out of the table, as its time to live does after it was dispatched.
async fn expire(bed: &Bed, inserted: &Value) {
    let keys = image(inserted, "Keys");
    let expire = bed.client.delete_item().table_name(&bed.tables.trips);
    expire.set_key(Some(keys.into())).send().await.unwrap();
}

fn envelope(inserted: &Value) -> (String, Value) {
    let detail = inserted["dynamodb"]["NewImage"]["detail"]["S"].as_str().unwrap();
    let envelope: Value = serde_json::from_str(detail).unwrap();
    (envelope["id"].as_str().unwrap().to_owned(), envelope)
}

fn pending(inserted: &Value) -> (OutboxKey, Raw) {
    let item = image(inserted, "NewImage");
    (key_of(&item).unwrap(), item.into())
}

fn image(record: &Value, name: &str) -> Item {
    serde_json::from_value(record["dynamodb"][name].clone()).unwrap()
}
