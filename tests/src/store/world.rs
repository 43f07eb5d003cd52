//! A bed on a database of either kind.

use aws_sdk_dynamodb::types::AttributeValue;
use bed::Bed;
use domain::Change;
use engine::Engine;
use rstest_reuse::template;
use store::TripStore;
use store::outbox::OutboxKey;
use tempfile::TempDir;
use tokio::net::TcpListener;

use super::marking::keys_of;
use super::steps::{book, reserve_flight};

/// On which database a test runs.
#[derive(Clone, Copy, Debug)]
pub(super) enum On {
    DynamoDbLocal,
    Engine,
}

/// A test that runs on each database.
#[template]
#[rstest::rstest]
pub(super) fn on_both(#[values(On::DynamoDbLocal, On::Engine)] on: On) {}

impl On {
    pub(super) async fn bed(self) -> Bed {
        match self {
            Self::DynamoDbLocal => Bed::new().await,
            Self::Engine => Bed::on(&engine().await).await,
        }
    }

    /// A bed on which `trip-1` is booked, and the keys of its events, in order.
    pub(super) async fn booked(self) -> (Bed, Vec<OutboxKey>) {
        let bed = self.bed().await;
        book(&bed.trips(), "trip-1").await;
        let keys = keys_of(&bed, "trip-1").await;
        (bed, keys)
    }

    /// A bed on which the flight of `trip-1` is reserved, its trips, and that first commit.
    pub(super) async fn with_flight(self) -> (Bed, TripStore, Change) {
        let (bed, flight) = (self.bed().await, reserve_flight("trip-1", 0));
        let trips = bed.trips();
        trips.commit(&flight).await.unwrap();
        (bed, trips, flight)
    }
}

/// Serves an embedded engine, whose folder is gone when the test's runtime is.
async fn engine() -> String {
    let directory = TempDir::new().unwrap();
    let engine = Engine::open_unsynced(&directory.path().join("dynamodb.db")).unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        engine.serve(listener, std::future::pending()).await.unwrap();
        drop(directory);
    });
    url
}

/// One item of the trips' table, as it is.
pub(super) async fn item(bed: &Bed, pk: &str, sk: &str) -> Option<serde_dynamo::Item> {
    let get = bed.client.get_item().table_name(&bed.tables.trips).consistent_read(true);
    let get = get.key("PK", text(pk)).key("SK", text(sk));
    get.send().await.unwrap().item.map(Into::into)
}

pub(super) fn text(value: &str) -> AttributeValue {
    AttributeValue::S(value.to_owned())
}
