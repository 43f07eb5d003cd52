//! A view in memory that fails on demand, and a trip's records in DynamoDB's form.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use serde_json::{Value, json};
use store::view::{Put, SearchRow, UnreadChange};
use store::{CodecError, LimitExceeded, StoreError};
use testing::FixedClock;

use crate::{Deps, View};

/// What is wrong with the writes of a trip's row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Trouble {
    /// The table is throttled.
    Throttled,
    /// The row breaks a limit.
    TooLarge,
    /// No answer.
    Hangs,
}

/// A view in memory.
#[derive(Debug, Default)]
pub(crate) struct FakeView {
    /// The version of each row.
    pub(crate) rows: Mutex<BTreeMap<String, u64>>,
    /// How many writes took effect.
    pub(crate) written: Mutex<usize>,
    /// How many writes were asked for.
    pub(crate) asked: Mutex<usize>,
    /// Trips whose rows cannot be written.
    pub(crate) troubles: Mutex<BTreeMap<String, Trouble>>,
    /// The most writes that were under way at the same time.
    pub(crate) most_at_once: Mutex<usize>,
    /// The trips whose rows are being written.
    pub(crate) under_way: Mutex<BTreeSet<String>>,
    /// The changes that were set aside.
    pub(crate) aside: Mutex<Vec<UnreadChange>>,
    /// Whether nothing can be set aside.
    pub(crate) keeps_nothing: bool,
}

impl FakeView {
    pub(crate) fn with(trip: &str, trouble: Trouble) -> Self {
        let view = Self::default();
        view.troubles.lock().unwrap().insert(trip.to_owned(), trouble);
        view
    }

    pub(crate) fn deps(self: &Arc<Self>) -> Deps {
        Deps::new(self.clone(), Arc::new(FixedClock::at_millis(1_772_326_800_000)))
    }

    pub(crate) fn versions(&self) -> Vec<(String, u64)> {
        self.rows.lock().unwrap().clone().into_iter().collect()
    }

    fn begin(&self, trip: &str) {
        let mut under_way = self.under_way.lock().unwrap();
        assert!(under_way.insert(trip.to_owned()), "{trip} is written twice at once");
        let mut most = self.most_at_once.lock().unwrap();
        *most = under_way.len().max(*most);
        *self.asked.lock().unwrap() += 1;
    }

    fn put(&self, row: &SearchRow) -> Put {
        let mut rows = self.rows.lock().unwrap();
        let held = rows.entry(row.trip_id.to_string()).or_default();
        if *held >= row.version {
            return Put::Stale;
        }
        *held = row.version;
        *self.written.lock().unwrap() += 1;
        Put::Written
    }
}

#[async_trait]
impl View for FakeView {
    async fn put_newer(&self, row: &SearchRow) -> Result<Put, StoreError> {
        let trip = row.trip_id.as_str();
        self.begin(trip);
        tokio::task::yield_now().await;
        self.under_way.lock().unwrap().remove(trip);
        let trouble = self.troubles.lock().unwrap().get(trip).copied();
        match trouble {
            None => Ok(self.put(row)),
            Some(Trouble::Throttled) => Err(throttled()),
            Some(Trouble::TooLarge) => Err(too_large()),
            Some(Trouble::Hangs) => std::future::pending().await,
        }
    }

    async fn set_aside(&self, change: &UnreadChange) -> Result<(), StoreError> {
        if self.keeps_nothing {
            Err(throttled())
        } else {
            self.aside.lock().unwrap().push(change.clone());
            Ok(())
        }
    }
}

fn throttled() -> StoreError {
    let source = Arc::new(CodecError::Missing("capacity"));
    StoreError::Throttled { operation: "writing a row of the view", source }
}

fn too_large() -> StoreError {
    StoreError::Limit(LimitExceeded { what: "the size of an item", found: 2, limit: 1 })
}

/// The stream record of a change of a trip's root item, as DynamoDB sends it to Lambda.
pub(crate) fn change(sequence_number: usize, trip: &str, version: u64) -> Value {
    let keys = json!({ "PK": { "S": format!("TRIP#{trip}") }, "SK": { "S": "METADATA" } });
    let mut image = keys.clone();
    let attributes = json!({
        "entity_type": { "S": "Trip" },
        "schema_version": { "N": "1" },
        "trip_id": { "S": trip },
        "customer_id": { "S": "customer-1" },
        "saga_id": { "S": "saga-1" },
        "status": { "S": "PENDING" },
        "version": { "N": version.to_string() },
        "last_sequence": { "N": version.to_string() },
        "created_at": { "S": "2026-03-01T01:00:00.000Z" },
        "updated_at": { "S": "2026-03-01T01:00:00.000Z" },
        "status_changed_at": { "S": "2026-03-01T01:00:00.000Z" }
    });
    image.as_object_mut().unwrap().extend(attributes.as_object().unwrap().clone());
    json!({
        "eventID": format!("{sequence_number:032x}"),
        "eventName": if version == 1 { "INSERT" } else { "MODIFY" },
        "eventVersion": "1.1",
        "eventSource": "aws:dynamodb",
        "awsRegion": "ap-northeast-1",
        "dynamodb": {
            "ApproximateCreationDateTime": 1_772_326_800.0,
            "Keys": keys,
            "NewImage": image,
            "SequenceNumber": sequence_number.to_string(),
            "SizeBytes": 500,
            "StreamViewType": "NEW_AND_OLD_IMAGES"
        },
        "eventSourceARN": "arn:aws:dynamodb:ap-northeast-1:123456789012:table/TripSagaTable/stream/2026"
    })
}
