//! One break for each way that a runbook names. It leaves the system in the state that the runbook
//! describes, its cause mended where the runbook says so, and returns the trip that it is about.

use std::fs;

use aws_sdk_dynamodbstreams::Client;
use domain::TripId;
use futures::FutureExt;
use futures::future::BoxFuture;
use lambda_kit::clients::sdk_config;
use local::Function;
use local::account::{BOOKING_MACHINE, COMPENSATION_MACHINE, execution_arn, function_arn};
use saga::Operation;
use serde_json::{Value, json};
use store::Tables;
use store::view::SearchRow;
use stream_replay::Capture;

use crate::plant::{Plant, eventually};

/// How a system is broken.
pub(crate) struct Break {
    pub(crate) page: &'static str,
    pub(crate) when: &'static str,
    pub(crate) break_it: fn(&Plant) -> BoxFuture<'_, TripId>,
}

macro_rules! breaks {
    ($($page:literal, $when:literal => $break_it:ident;)*) => {
        &[$(Break {
            page: $page,
            when: $when,
            break_it: |plant| $break_it(plant).boxed(),
        }),*]
    };
}

pub(crate) const BREAKS: &[Break] = breaks! {
    "ConsumerPaused", "When the dispatcher is paused" => paused_dispatcher;
    "ConsumerPaused", "When the projector is paused" => paused_projector;
    "DispatcherAge", "When the dispatcher is paused" => paused_dispatcher;
    "ExhaustedCompensations", "When the cause is mended" => exhausted_compensation;
    "ExhaustedCompensations", "When the execution cannot be continued" => exhausted_compensation;
    "OldestPendingEvent", "When the dispatcher is paused" => paused_dispatcher;
    "OldestPendingEvent", "When the bus is up again" => refusing_bus;
    "OnFailureObjects", "When the function is mended" => given_up_batch;
    "ParkedEvents", "When the reason is mended" => parked_event;
    "ParkedEvents", "When the event is given up" => parked_event;
    "ProjectorAge", "When the projector is paused" => paused_projector;
    "SagasAborted", "When the booking is to go on" => stopped_booking;
    "SagasAborted", "When the booking is to be undone" => stopped_booking;
    "SagasAborted", "When the trip was never written" => booking_stopped_before_its_trip;
    "StreamWithoutImages", "When the stream has images again" => lost_row;
    "ViewDrift", "When a row is missing or old" => lost_row;
    "ViewDrift", "When a row says something else than its trip" => wrong_row;
    "ViewDrift", "When a row has no trip" => orphan_row;
};

async fn confirmed(plant: &Plant) -> TripId {
    let trip = plant.book("t-1", json!({})).await;
    plant.becomes(&trip, "CONFIRMED").await;
    trip
}

async fn paused_dispatcher(plant: &Plant) -> TripId {
    plant.succeeds("pause dispatcher").await;
    confirmed(plant).await
}

async fn paused_projector(plant: &Plant) -> TripId {
    plant.succeeds("pause projector").await;
    confirmed(plant).await
}

async fn parked_event(plant: &Plant) -> TripId {
    plant.broken.bus_refuses("hotel.reserved.v1");
    let trip = confirmed(plant).await;
    eventually("the event is parked", async || {
        let listed = plant.succeeds("outbox list --parked --json").await;
        let listed: Value = serde_json::from_slice(&listed.stdout).unwrap();
        (listed["events"].as_array().unwrap().len() == 1).then_some(())
    })
    .await;
    plant.broken.mend();
    trip
}

/// The dispatcher cannot be invoked, so that every event waits; then it can.
async fn refusing_bus(plant: &Plant) -> TripId {
    plant.broken.function(Function::Dispatcher);
    let trip = confirmed(plant).await;
    plant.broken.mend();
    trip
}

/// A cancellation whose second step fails in a way that is not tried again.
async fn exhausted_compensation(plant: &Plant) -> TripId {
    let trip = confirmed(plant).await;
    plant.broken.function(Function::Saga(Operation::HotelCancel));
    let version = version(plant, &trip).await;
    plant.succeeds(&format!("cancel {trip}")).await;
    ended(plant, &execution_arn(COMPENSATION_MACHINE, &format!("{trip}.{version}"))).await;
    plant.broken.mend();
    trip
}

async fn version(plant: &Plant, trip: &TripId) -> u64 {
    let shown = plant.succeeds(&format!("get {trip} --json")).await;
    let shown: Value = serde_json::from_slice(&shown.stdout).unwrap();
    shown["version"].as_u64().unwrap()
}

/// A booking that is stopped while its hotel does not answer.
async fn stopped_booking(plant: &Plant) -> TripId {
    let trip = plant.book("t-1", json!({"hotel": "timeout:1"})).await;
    plant.becomes(&trip, "PENDING").await;
    stop(plant, &trip).await;
    trip
}

/// A booking that is stopped before its first step has written anything.
async fn booking_stopped_before_its_trip(plant: &Plant) -> TripId {
    plant.broken.function(Function::Saga(Operation::FlightReserve));
    plant.broken.function(Function::Saga(Operation::FlightCancel));
    let trip = plant.book("t-1", json!({})).await;
    ended(plant, &execution_arn(BOOKING_MACHINE, trip.as_str())).await;
    plant.broken.mend();
    trip
}

async fn stop(plant: &Plant, trip: &TripId) {
    let arn = execution_arn(BOOKING_MACHINE, trip.as_str());
    plant.system.runner().stop(&arn, Default::default()).await.unwrap();
    ended(plant, &arn).await;
}

async fn ended(plant: &Plant, arn: &str) {
    eventually("the execution has ended", async || {
        let described = plant.system.runner().describe(arn).await.ok()?;
        described.summary.stop_date.map(drop)
    })
    .await;
}

async fn lost_row(plant: &Plant) -> TripId {
    let trip = projected(plant).await;
    let view = plant.view().await;
    let held = view.look(&trip).await.unwrap().unwrap();
    view.remove(&trip, &held).await.unwrap();
    trip
}

async fn wrong_row(plant: &Plant) -> TripId {
    let trip = projected(plant).await;
    let view = plant.view().await;
    let held = view.look(&trip).await.unwrap().unwrap();
    let wrong = SearchRow { hotel_name: None, ..held.row.clone().unwrap() };
    view.replace(&wrong, &held).await.unwrap();
    trip
}

async fn orphan_row(plant: &Plant) -> TripId {
    let trip = projected(plant).await;
    let view = plant.view().await;
    let held = view.look(&trip).await.unwrap().unwrap();
    let orphan = SearchRow { trip_id: TripId::parse("t-2").unwrap(), ..held.row.unwrap() };
    view.put_newer(&orphan).await.unwrap();
    trip
}

/// A confirmed trip whose row is up to date.
async fn projected(plant: &Plant) -> TripId {
    let trip = confirmed(plant).await;
    plant.system.idle().await.unwrap();
    trip
}

/// The records of a trip whose row is gone, as the projector's given-up batch. The system itself
/// redrives it too, as it does with every batch.
async fn given_up_batch(plant: &Plant) -> TripId {
    let trip = lost_row(plant).await;
    let client = Client::new(&sdk_config(plant.system.config(), "dynamodb").await);
    let capture = Capture::of_table(&client, &Tables::default().trips).await.unwrap();
    let records: Vec<_> = capture.records().collect();
    let payload = json!({"Records": records}).to_string();
    let batch = json!({
        "requestContext": {
            "functionArn": function_arn("projector"),
            "condition": "RecordAgeExceeded",
            "approximateInvokeCount": 5,
        },
        "version": "1.0",
        "timestamp": "2026-01-15T12:00:05.678Z",
        "DDBStreamBatchInfo": {"batchSize": records.len()},
        "payload": payload,
    });
    let folder = plant.on_failure().join("aws/lambda/projector/shard/2026/01/15");
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("2026-01-15T12.00.05-1.json"), batch.to_string()).unwrap();
    trip
}
