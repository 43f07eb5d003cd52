//! The saga's steps, run one by one: by whom, with what payload, and in which order.

use bed::{Bed, Booking, invocation};
use domain::{ErrorCode, TripId};
use lambda_kit::config::name;
use lambda_kit::error::FunctionError;
use saga::Operation::{
    FlightCancel, FlightReserve, HotelCancel, HotelReserve, PaymentProcess, PaymentRefund,
};
use saga::{Deps, Operation};
use serde_json::{Value, json};
use store::sandbox::{LedgerRow, LedgerState};

/// The three steps of a booking, in order.
pub(super) const BOOKING: [Operation; 3] = [FlightReserve, HotelReserve, PaymentProcess];
/// The three compensations, in order.
pub(super) const CHAIN: [Operation; 3] = [PaymentRefund, HotelCancel, FlightCancel];
/// All six steps.
pub(super) const STEPS: [Operation; 6] =
    [FlightReserve, HotelReserve, PaymentProcess, PaymentRefund, HotelCancel, FlightCancel];

/// The saga that owns the trips here.
pub(super) const SAGA: &str = "saga-1";

/// What a step is sent for a trip.
pub(super) type Payload = fn(Operation, &str) -> Value;

/// A step's answer.
pub(super) type Answer = Result<Value, FunctionError>;

/// The steps of a booking before this one.
pub(super) fn before(step: Operation) -> Vec<Operation> {
    BOOKING.into_iter().take_while(|one| *one != step).collect()
}

/// The step's own compensation, and those that follow it.
pub(super) fn chain_from(step: Operation) -> Vec<Operation> {
    let own = compensation_of(step);
    CHAIN.into_iter().skip_while(|one| *one != own).collect()
}

pub(super) fn compensation_of(step: Operation) -> Operation {
    match step {
        FlightReserve | FlightCancel => FlightCancel,
        HotelReserve | HotelCancel => HotelCancel,
        _ => PaymentRefund,
    }
}

/// A task of the trip's own saga.
pub(super) fn task(trip: &str) -> Value {
    Booking::new(trip).task("alice", SAGA)
}

/// What a compensation of the booking is handed: the same, with what the state machine caught.
pub(super) fn caught(trip: &str) -> Value {
    let mut task = task(trip);
    task["input"]["error_info"] = json!({"Error": "States.Timeout", "Cause": ""});
    task
}

/// What the compensation chain is handed when the customer cancels.
pub(super) fn by_customer(_: Operation, trip: &str) -> Value {
    chain_task(trip, "cancellation")
}

/// What it is handed when an operator ends a booking that is stuck.
pub(super) fn by_operator(_: Operation, trip: &str) -> Value {
    chain_task(trip, "operator")
}

fn chain_task(trip: &str, reason: &str) -> Value {
    let input = json!({"trip_id": trip, "customer_id": "alice", "saga_id": SAGA, "reason": reason});
    json!({"input": input, "saga_id": SAGA})
}

/// The payload of a step within the booking of `trip`.
pub(super) fn payload(step: Operation, trip: &str) -> Value {
    if CHAIN.contains(&step) { caught(trip) } else { task(trip) }
}

/// The functions on a way to the database, for whom a supplier may take its time: on a loaded
/// machine it does.
pub(super) async fn patient(bed: &Bed, database: &str) -> Deps {
    let changes = [("AWS_ENDPOINT_URL_DYNAMODB", database), (name::SUPPLIER_TIMEOUT_MS, "10000")];
    bed.saga_with(&changes).await
}

/// Runs one step on these dependencies.
pub(super) async fn run(deps: &Deps, step: Operation, payload: Value) -> Answer {
    saga::handle(deps, step, invocation(payload)).await
}

/// Runs steps of the booking of `trip`, of which none may fail.
pub(super) async fn run_all(deps: &Deps, steps: &[Operation], trip: &str) {
    for step in steps {
        run(deps, *step, payload(*step, trip)).await.unwrap();
    }
}

/// The code that a step was refused or failed with.
#[track_caller]
pub(super) fn code(answer: Answer) -> ErrorCode {
    answer.expect_err("a failure").code
}

/// The statuses of trip, flight, hotel and payment; `-` for what was never begun.
pub(super) async fn statuses(bed: &Bed, trip: &str) -> String {
    let Some(trip) = bed.trip(&id(trip)).await else { return "- - - -".to_owned() };
    let flight = trip.state().flight.as_ref().map_or("-", |flight| flight.status.as_str());
    let hotel = trip.state().hotel.as_ref().map_or("-", |hotel| hotel.status.as_str());
    let payment = trip.state().payment.as_ref().map_or("-", |payment| payment.status.as_str());
    format!("{} {flight} {hotel} {payment}", trip.state().status)
}

/// The types of the trip's events, in order, without their version.
pub(super) async fn events(bed: &Bed, trip: &str) -> String {
    let events = bed.committed(&id(trip)).await;
    let types = events.iter().map(|event| event["type"].as_str().unwrap().trim_end_matches(".v1"));
    types.collect::<Vec<_>>().join(" ")
}

/// The suppliers' books on a trip, by key.
pub(super) async fn books(bed: &Bed, trip: &str) -> Vec<LedgerRow> {
    let mut rows = bed.ledger().all().await.unwrap();
    rows.retain(|row| row.trip_id.as_str() == trip);
    rows.sort_by(|one, other| one.key.cmp(&other.key));
    rows
}

/// What the suppliers hold for a trip.
pub(super) async fn held(bed: &Bed, trip: &str) -> String {
    let rows = books(bed, trip).await;
    let held = rows.iter().filter(|row| row.state == LedgerState::Held);
    held.map(|row| row.key.split('/').next().unwrap()).collect::<Vec<_>>().join(" ")
}

pub(super) fn id(trip: &str) -> TripId {
    TripId::parse(trip).unwrap()
}
