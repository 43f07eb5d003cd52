//! The whole system on an ordered bus, with everything going wrong at once.

use std::env;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use cli::Output;
use cli::demo::check::Invariant;
use cli::demo::{Plan, Report, collect, flights, perform};
use event_bus::{Entry, EntryFailure, Interceptor};
use local::{BusKind, Faults, Function, InvocationError, InvocationFaults, Options, Pace, System};
use serde_json::Value;

/// How many trips; `TRIP_TEST_TRIPS` says another number.
const TRIPS: usize = 60;
/// How often the dispatcher's answer is lost, as when it dies with its work done.
const DEATHS: usize = 20;

/// The bus throttles every tenth entry; the dispatcher dies.
#[derive(Default)]
struct Trouble {
    entries: AtomicUsize,
    deaths: AtomicUsize,
}

impl Interceptor for Trouble {
    fn entry(&self, _: &Entry) -> Option<EntryFailure> {
        let number = self.entries.fetch_add(1, Ordering::SeqCst);
        let is_throttled = number % 10 == 9;
        is_throttled.then(|| EntryFailure::new("ThrottlingException", "Rate exceeded"))
    }
}

impl InvocationFaults for Trouble {
    fn after(
        &self,
        function: Function,
        _: &Result<Value, InvocationError>,
    ) -> Option<InvocationError> {
        let dies =
            function == Function::Dispatcher && self.deaths.fetch_add(1, Ordering::SeqCst) < DEATHS;
        dies.then(|| InvocationError {
            error_type: "Runtime.ExitError".to_owned(),
            message: "the process ended".to_owned(),
        })
    }
}

/// Suppliers fail at random in every way they can; the bus throttles, the dispatcher dies twenty
/// times, and the sweeper runs beside it. Every invariant of the demo holds, and with them: a FIFO
/// subscriber saw each trip's events in order, without a gap and without a repeat.
#[tokio::test(flavor = "multi_thread")]
async fn a_whole_system_in_trouble_publishes_each_trip_in_order() {
    let trips = env::var("TRIP_TEST_TRIPS").map_or(TRIPS, |count| count.parse().unwrap());
    let plan = Plan::draw(79, trips, 0.6, &flights::bundled().unwrap()).unwrap();
    let trouble = Arc::<Trouble>::default();
    let faults = Faults { bus: trouble.clone(), invocations: trouble.clone() };
    let (pace, bus) = (Pace::FAST, BusKind::Ordered);
    let system = System::start(Options { pace, bus, faults, ..Options::ephemeral() }).await;
    let system = system.unwrap();
    let performance = perform(&system, &plan, &Output::new(true)).await.unwrap();
    let facts = collect(&system, performance.bookings.clone()).await.unwrap();
    let report = Report::of(&plan, &performance, &facts);
    let broken: Vec<_> = report.invariants.iter().filter(|verdict| !verdict.holds()).collect();
    assert!(broken.is_empty(), "{broken:#?}");
    assert_eq!(report.invariants.len(), Invariant::ALL.len());
    let throttled = trouble.entries.load(Ordering::SeqCst) / 10;
    let deaths = trouble.deaths.load(Ordering::SeqCst).min(DEATHS);
    println!(
        "{} groups, {} events; {throttled} throttled, the dispatcher died {deaths} times",
        facts.trips.len(),
        facts.published.len()
    );
    assert_eq!(deaths, DEATHS);
    assert_eq!(facts.published.len(), facts.committed.len(), "each once");
    system.stop().await;
}
