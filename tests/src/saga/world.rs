//! A bed with the functions as configuration builds them, and a look at what they left behind.

use std::time::Duration;

use bed::{Bed, Booking, invocation};
use domain::{ErrorCode, Trip, TripId};
use lambda_kit::config::name;
use lambda_kit::error::FunctionError;
use saga::{Deps, Operation};
use serde_json::{Value, json};
use store::sandbox::LedgerRow;

pub(super) const TRIP: &str = "trip-1";
pub(super) const SAGA: &str = "trip-1@2026-01-01T00:00:00.000Z";

/// A bed, and the functions on it.
pub(super) struct World {
    deps: Deps,
    bed: Bed,
}

impl World {
    pub(super) async fn new() -> Self {
        Self::configured(&[]).await
    }

    /// A world whose configuration has these settings on top. Suppliers have the usual time.
    pub(super) async fn configured(more: &[(&str, &str)]) -> Self {
        let (bed, usual) = (Bed::new().await, [(name::SUPPLIER_TIMEOUT_MS, "5000")]);
        Self { deps: bed.saga_with(&[&usual, more].concat()).await, bed }
    }

    /// Sends the payload of a task.
    pub(super) async fn send(
        &self,
        operation: Operation,
        payload: Value,
    ) -> Result<Value, FunctionError> {
        saga::handle(&self.deps, operation, invocation(payload)).await
    }

    /// Sends the payload of a task to a function that will be stopped after this time.
    pub(super) async fn send_within(
        &self,
        time: Duration,
        operation: Operation,
        payload: Value,
    ) -> Result<Value, FunctionError> {
        saga::handle(&self.deps, operation, self.bed.ending_after(time, payload)).await
    }

    /// Runs a step of the trip's own saga, whose state holds the request and `added`.
    pub(super) async fn run(
        &self,
        operation: Operation,
        added: Value,
    ) -> Result<Value, FunctionError> {
        self.send(operation, task(added)).await
    }

    /// Runs steps with nothing added, of which none may fail.
    pub(super) async fn run_all(&self, operations: &[Operation]) {
        for operation in operations {
            self.run(*operation, json!({})).await.unwrap();
        }
    }

    pub(super) async fn trip(&self) -> Option<Trip> {
        self.bed.trip(&TripId::parse(TRIP).unwrap()).await
    }

    /// The statuses of trip, flight, hotel and payment; `-` for what was never begun.
    pub(super) async fn statuses(&self) -> [&'static str; 4] {
        let Some(trip) = self.trip().await else { return ["-"; 4] };
        [
            trip.state().status.as_str(),
            trip.state().flight.as_ref().map_or("-", |flight| flight.status.as_str()),
            trip.state().hotel.as_ref().map_or("-", |hotel| hotel.status.as_str()),
            trip.state().payment.as_ref().map_or("-", |payment| payment.status.as_str()),
        ]
    }

    /// The types of the trip's events, in order, without their version.
    pub(super) async fn events(&self) -> Vec<String> {
        let events = self.bed.committed(&TripId::parse(TRIP).unwrap()).await;
        let types = events.iter().map(|event| event["type"].as_str().unwrap());
        types.map(|name| name.trim_end_matches(".v1").to_owned()).collect()
    }

    /// The supplier's books on a member of the trip.
    pub(super) async fn books(&self, member: &str) -> LedgerRow {
        self.bed.ledger().get(&format!("{member}/{TRIP}/{SAGA}")).await.unwrap().unwrap()
    }

    /// Whether any supplier was ever called.
    pub(super) async fn suppliers_were_called(&self) -> bool {
        !self.bed.ledger().all().await.unwrap().is_empty()
    }
}

/// The payload of a task of the trip's own saga.
pub(super) fn task(added: Value) -> Value {
    let mut task = Booking::new(TRIP).task("alice", SAGA);
    let Value::Object(added) = added else { panic!("an object of fields") };
    task["input"].as_object_mut().unwrap().extend(added);
    task
}

/// The payload of a task of the compensation chain.
pub(super) fn compensation_task(reason: &str) -> Value {
    let input = json!({"trip_id": TRIP, "customer_id": "alice", "saga_id": SAGA, "reason": reason});
    json!({"input": input, "saga_id": SAGA})
}

/// What a booking's compensation is handed when a step ended with `error`.
pub(super) fn caught(error: &str) -> Value {
    let cause = json!({"errorType": error, "errorMessage": "in words"}).to_string();
    json!({"error_info": {"Error": error, "Cause": cause}, "results": {}})
}

#[track_caller]
pub(super) fn code(answer: Result<Value, FunctionError>) -> ErrorCode {
    answer.expect_err("a failure").code
}
