//! One step of the saga as a process, on trips that are brought to where the step begins.

use std::collections::BTreeMap;

use bed::{Bed, Booking, Capture, Sandbox, answers, eventually, faults, invocation};
use domain::TripId;
use lambda_kit::config::{Config, name};
use lambda_runtime::LambdaEvent;
use saga::{Deps, Operation};
use serde_json::Value;
use store::sandbox::{LedgerState, Supplier};

use super::SAGA;

/// What a step leaves behind for all to see.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Seen {
    /// Of the trip, the flight, the hotel and the payment.
    statuses: [&'static str; 4],
    version: u64,
    /// By sequence number and type.
    events: Vec<(String, String)>,
    /// The suppliers' books: how often each took effect, and how often that was undone.
    books: Vec<(Supplier, LedgerState, u32, u32)>,
}

impl Seen {
    /// The same, without what the suppliers did.
    pub(super) fn committed(&self) -> Self {
        Self { books: Vec::new(), ..self.clone() }
    }
}

/// A step, and the trips that it was tried on.
pub(super) struct Step {
    pub(super) bed: Bed,
    pub(super) sandbox: Sandbox,
    operation: Operation,
    /// For the steps that come before, in this process.
    here: Deps,
    trips: Vec<TripId>,
}

impl Step {
    pub(super) async fn new(operation: Operation) -> Self {
        let bed = Bed::new().await;
        let settings = patient(&bed);
        let sandbox = Sandbox::new(SAGA, operation.handler_name(), &settings);
        let here = here(&bed).await;
        Self { bed, sandbox, operation, here, trips: Vec::new() }
    }

    /// A trip for which all is done that comes before the step, and the step's payload.
    pub(super) async fn prepare(&mut self) -> (TripId, Value) {
        let trip = TripId::parse(&format!("trip-{}", self.trips.len())).unwrap();
        for operation in before(self.operation) {
            self.run(*operation, &trip).await;
        }
        self.trips.push(trip.clone());
        let task = task(&trip);
        (trip, task)
    }

    /// Where a compensation follows, the payment's outcome is unknown: it was captured and not
    /// recorded.
    async fn run(&self, operation: Operation, trip: &TripId) {
        let event = event(trip);
        if operation != Operation::PaymentProcess {
            saga::handle(&self.here, operation, event).await.unwrap();
            return;
        }
        self.bed.database.inject(faults::once("TransactWriteItems", answers::invalid()));
        saga::handle(&self.here, operation, event).await.unwrap_err();
        self.bed.database.heal();
    }

    pub(super) async fn seen(&self, trip: &TripId) -> Seen {
        let state = self.bed.trip(trip).await;
        let events = self.bed.committed(trip).await;
        Seen {
            statuses: state.as_ref().map_or(["-"; 4], statuses),
            version: state.map_or(0, |trip| trip.state().version),
            events: events
                .iter()
                .map(|event| (text(event, "sequence"), text(event, "type")))
                .collect(),
            books: self.books(trip).await,
        }
    }

    async fn books(&self, trip: &TripId) -> Vec<(Supplier, LedgerState, u32, u32)> {
        let mut books = self.bed.ledger().all().await.unwrap();
        books.retain(|row| row.trip_id == *trip);
        books.sort_by_key(|row| row.supplier);
        books.iter().map(|row| (row.supplier, row.state, row.effects, row.undone)).collect()
    }

    /// Follows the stream to its end: every event of every trip is published once, and the view
    /// equals the fold of the trips.
    pub(super) async fn settle(&self) {
        let mut committed = Vec::new();
        for trip in &self.trips {
            committed.extend(self.bed.committed(trip).await);
        }
        let stream = self.stream(committed.len()).await;
        let dispatched = self.bed.dispatch(&stream.events()).await.unwrap();
        let projected = self.bed.project(&stream.trips()).await.unwrap();
        assert_eq!((bed::reported(&dispatched), bed::reported(&projected)), (vec![], vec![]));
        let by_id = |events: Vec<Value>| {
            let mut events: Vec<_> = events.into_iter().map(|event| event.to_string()).collect();
            events.sort();
            events
        };
        assert_eq!(by_id(self.bed.bus.published().await), by_id(committed));
        assert_eq!(self.bed.rows().await, self.bed.fold().await);
    }

    async fn stream(&self, events: usize) -> Capture {
        eventually("the events in the stream", async || {
            let stream = self.bed.capture(events).await;
            (stream.events().len() == events).then_some(stream)
        })
        .await
    }
}

/// The bed's settings, by which no supplier runs out of time because the machine is busy.
fn patient(bed: &Bed) -> BTreeMap<String, String> {
    bed.settings_with(&[(name::SUPPLIER_TIMEOUT_MS, "10000")])
}

/// The saga's functions in this process, by these settings and the bed's clock.
pub(super) async fn here(bed: &Bed) -> Deps {
    let config = Config::from_map(patient(bed));
    Deps::from_config(&config).await.unwrap().with_clock(bed.clock.clone())
}

/// The steps that a trip goes through before this one.
fn before(operation: Operation) -> &'static [Operation] {
    use Operation::{FlightReserve, HotelCancel, HotelReserve, PaymentProcess, PaymentRefund};
    match operation {
        FlightReserve => &[],
        HotelReserve => &[FlightReserve],
        PaymentProcess => &[FlightReserve, HotelReserve],
        PaymentRefund => &[FlightReserve, HotelReserve, PaymentProcess],
        HotelCancel => &[FlightReserve, HotelReserve, PaymentProcess, PaymentRefund],
        _ => &[FlightReserve, HotelReserve, PaymentProcess, PaymentRefund, HotelCancel],
    }
}

/// What a step is sent in this process.
pub(super) fn event(trip: &TripId) -> LambdaEvent<Value> {
    invocation(task(trip))
}

fn task(trip: &TripId) -> Value {
    Booking::new(trip.as_str()).task("alice", "saga-1")
}

fn statuses(trip: &domain::Trip) -> [&'static str; 4] {
    [
        trip.state().status.as_str(),
        trip.state().flight.as_ref().map_or("-", |flight| flight.status.as_str()),
        trip.state().hotel.as_ref().map_or("-", |hotel| hotel.status.as_str()),
        trip.state().payment.as_ref().map_or("-", |payment| payment.status.as_str()),
    ]
}

fn text(event: &Value, field: &str) -> String {
    event[field].as_str().unwrap().to_owned()
}
