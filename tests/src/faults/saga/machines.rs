//! The product's state machines on the true functions, without anything else: waits pass at once,
//! time limits when a test says so, and a test decides what becomes of each invocation.

mod invocations;
mod waits;

use std::sync::Arc;
use std::time::Duration;

use bed::{Bed, Booking, Gate, Point};
use futures::future::join_all;
use lambda_kit::config::name;
use lambda_kit::spans::Spans;
use local::Functions;
use local::account::{BOOKING_MACHINE, COMPENSATION_MACHINE};
use local::machines::machine;
use local::{Faults, Pace};
use saga::Operation;
use serde_json::{Value, json};
use state_machine::{
    Description, HistoryEvent, HistoryOrder, Journal, Options, Page, Runner, Status,
};
use tempfile::TempDir;

use super::steps::{events, held, statuses};

pub(super) use self::invocations::{Invocations, Strike};
pub(super) use self::waits::Waits;

pub(super) const BOOKING: &str = include_str!("../../../../saga/trip-booking.asl.json");
pub(super) const COMPENSATION: &str = include_str!("../../../../saga/trip-compensation.asl.json");

/// For whole systems: a supplier that only seems slow, because the machine is loaded, is waited
/// for.
pub(super) const PACE: Pace = Pace { supplier_timeout: Duration::from_millis(2_500), ..Pace::FAST };

/// Both state machines, on a bed.
pub(super) struct Machines {
    pub(super) bed: Bed,
    pub(super) runner: Runner,
    pub(super) invocations: Arc<Invocations>,
    pub(super) waits: Arc<Waits>,
    _directory: TempDir,
}

impl Machines {
    pub(super) async fn new() -> Self {
        let (bed, directory) = (Bed::new().await, TempDir::new().unwrap());
        let config = bed.config_with(&[(name::SUPPLIER_TIMEOUT_MS, "10000")]);
        let functions = Functions::build(&config, Faults::default().invocations, Spans::default());
        let invocations = Arc::new(Invocations::of(functions.await.unwrap()));
        let waits = Arc::<Waits>::default();
        let machines = [(BOOKING_MACHINE, BOOKING), (COMPENSATION_MACHINE, COMPENSATION)];
        let machines = machines.map(|(name, definition)| machine(name, definition).unwrap());
        let journal = Journal::open(&directory.path().join("executions.db")).unwrap();
        let (invoker, timer) = (Arc::clone(&invocations) as _, Arc::clone(&waits) as _);
        let runner = Runner::open(journal, machines.into(), invoker, timer, Options::default());
        Self { bed, runner: runner.await.unwrap(), invocations, waits, _directory: directory }
    }

    /// Starts the booking of a trip, as the gateway does.
    pub(super) async fn book(&self, trip: &str) -> String {
        let mut input = Booking::new(trip).body().clone();
        input["customer_id"] = json!("alice");
        self.start(BOOKING_MACHINE, trip, &input).await
    }

    /// Starts the cancellation of a confirmed trip, as its function does.
    pub(super) async fn cancel(&self, trip: &str) -> String {
        let booked = self.bed.trip(&super::steps::id(trip)).await.unwrap();
        let input = json!({
            "trip_id": trip, "customer_id": "alice",
            "saga_id": booked.state().saga_id, "reason": "cancellation",
        });
        let name = format!("{trip}.{}", booked.state().version);
        self.start(COMPENSATION_MACHINE, &name, &input).await
    }

    /// Fails the next invocation of a step about a trip, so that nobody knows its outcome.
    pub(super) fn lose(&self, step: Operation, trip: &str) {
        let unknown = Strike::Fail(Point::Before, "Unhandled");
        self.invocations.strike_next(1, step, trip, &unknown);
    }

    /// Starts the booking of a trip that fails at its payment, and is undone.
    pub(super) async fn book_in_vain(&self, trip: &str) -> String {
        self.lose(Operation::PaymentProcess, trip);
        self.book(trip).await
    }

    /// Books a trip, and starts its cancellation.
    pub(super) async fn book_and_cancel(&self, trip: &str) -> String {
        let booked = self.book(trip).await;
        assert_eq!(self.end(&booked).await.summary.status, Status::Succeeded);
        self.cancel(trip).await
    }

    /// Holds the next invocation of a step about a trip at a point.
    pub(super) fn hold(&self, step: Operation, trip: &str, point: Point) -> Gate {
        let gate = Gate::default();
        self.invocations.strike_next(1, step, trip, &Strike::Hold(point, gate.clone()));
        gate
    }

    /// Starts a machine of that name.
    pub(super) async fn start(&self, machine: &str, name: &str, input: &Value) -> String {
        let started = self.runner.start(machine, name, &input.to_string(), None).await;
        started.unwrap().execution_arn
    }

    /// How an execution ended.
    pub(super) async fn end(&self, arn: &str) -> Description {
        self.runner.wait(arn).await.unwrap()
    }

    /// Everything that happened in an execution.
    pub(super) async fn history(&self, arn: &str) -> Vec<HistoryEvent> {
        let page = Page { max_results: Some(1_000), ..Page::default() };
        self.runner.history(arn, HistoryOrder::OldestFirst, &page).await.unwrap().events
    }

    /// The states that an execution entered, in order.
    pub(super) async fn visited(&self, arn: &str) -> Vec<String> {
        let name = |event: &HistoryEvent| {
            let details = event.details.get("stateEnteredEventDetails")?;
            details["name"].as_str().map(str::to_owned)
        };
        self.history(arn).await.iter().filter_map(name).collect()
    }

    /// How a trip stands: the statuses of trip, flight, hotel and payment; its events; what is
    /// held.
    pub(super) async fn picture(&self, trip: &str) -> String {
        picture(&self.bed, trip).await
    }
}

/// How a trip stands: the statuses of trip, flight, hotel and payment; its events; what is held.
pub(super) async fn picture(bed: &Bed, trip: &str) -> String {
    let (statuses, events) = (statuses(bed, trip).await, events(bed, trip).await);
    format!("{statuses} | {events} | {}", held(bed, trip).await)
}

/// The pictures of several trips that are not what they must be.
pub(super) async fn wrong(bed: &Bed, trips: &[(String, String)]) -> Vec<String> {
    let seen = join_all(trips.iter().map(|(trip, _)| picture(bed, trip))).await;
    let pairs = trips.iter().zip(seen).filter(|((_, expected), seen)| expected != seen);
    pairs
        .map(|((trip, expected), seen)| format!("{trip}\n  must be {expected}\n  but is  {seen}"))
        .collect()
}
