//! What the tests of this folder share: a first commit, and a client that waits for nothing.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use aws_sdk_dynamodb::config::timeout::TimeoutConfig;
use aws_sdk_dynamodb::config::{AsyncSleep, IdentityCache, Sleep, StalledStreamProtectionConfig};
use bed::{Bed, Booking, Call, invocation};
use domain::{Change, Clock, TripId};
use futures::{StreamExt, stream};
use lambda_kit::clients::sdk_config;
use lambda_kit::config::name;
use lambda_kit::error::FunctionError;
use saga::Operation;
use serde_json::{Value, json};
use store::{Client, TripStore};
use testing::{claim, reserve_flight};

/// The operation of every commit.
pub(in crate::faults) const WRITE: &str = "TransactWriteItems";
/// The operation of every load.
pub(in crate::faults) const READ: &str = "GetItem";

pub(in crate::faults) fn id(trip: &str) -> TripId {
    TripId::parse(trip).unwrap()
}

/// The first commit of a booking, made when the bed's clock says: one event.
pub(super) fn first_change(bed: &Bed, trip: &str) -> Change {
    let details = Booking::new(trip).details();
    reserve_flight(claim(trip, "alice", "saga-1"), details, bed.clock.now())
}

/// The trips behind the bed's proxy, through the product's client.
pub(super) async fn trips_behind_the_proxy(bed: &Bed) -> TripStore {
    let config = sdk_config(&bed.config(), "dynamodb").await;
    trips(bed, store::client(&config))
}

/// The same, through a client that waits for nothing, and the pauses that it was asked to take.
pub(super) async fn unhurried_trips(bed: &Bed) -> (TripStore, Pauses) {
    let pauses = Pauses::default();
    let config = sdk_config(&bed.config(), "dynamodb")
        .await
        .into_builder()
        .sleep_impl(pauses.clone())
        // These sleep as well, and would be taken for pauses.
        .timeout_config(TimeoutConfig::disabled())
        .identity_cache(IdentityCache::no_cache())
        .stalled_stream_protection(StalledStreamProtectionConfig::disabled());
    (trips(bed, store::client(&config.build())), pauses)
}

fn trips(bed: &Bed, client: Client) -> TripStore {
    TripStore::new(client, &bed.tables.trips)
}

/// The pauses that a client would have taken.
#[derive(Clone, Debug, Default)]
pub(super) struct Pauses(Arc<Mutex<Vec<Duration>>>);

impl Pauses {
    pub(super) fn taken(&self) -> Vec<Duration> {
        self.0.lock().unwrap().clone()
    }
}

impl AsyncSleep for Pauses {
    fn sleep(&self, duration: Duration) -> Sleep {
        self.0.lock().unwrap().push(duration);
        Sleep::new(std::future::ready(()))
    }
}

/// Runs tasks of which only so many may be under way as a busy machine bears; their results in
/// order.
pub(super) async fn few_at_once<T>(tasks: impl Iterator<Item: Future<Output = T>>) -> Vec<T> {
    stream::iter(tasks).buffered(6).collect().await
}

/// Whether a call of the saga is about this trip: about its items, or about a supplier's row of it.
pub(super) fn is_about(call: &Call, trip: &str) -> bool {
    let body = call.body.to_string();
    body.contains(&format!("\"TRIP#{trip}\"")) || body.contains(&format!("/{trip}/"))
}

/// The saga functions, with suppliers that have all the time they need: a busy machine is not a
/// fault.
pub(in crate::faults) async fn patient(bed: &Bed) -> saga::Deps {
    bed.saga_with(&[(name::SUPPLIER_TIMEOUT_MS, "10000")]).await
}

/// Runs one step on patient suppliers.
pub(in crate::faults) async fn run(
    bed: &Bed,
    operation: Operation,
    task: Value,
) -> Result<Value, FunctionError> {
    saga::handle(&patient(bed).await, operation, invocation(task)).await
}

/// What API Gateway hands to a function for alice's request with these query parameters.
pub(in crate::faults) fn proxy_event(method: &str, path: &str, parameters: &Value) -> Value {
    let trip = path.split('/').nth(2).unwrap_or_default();
    json!({
        "path": path,
        "httpMethod": method,
        "pathParameters": { "trip_id": trip },
        "multiValueQueryStringParameters": parameters,
        "requestContext": {
            "httpMethod": method,
            "stage": "dev",
            "requestId": "request-1",
            "authorizer": { "claims": { "sub": "alice" } },
        },
    })
}
