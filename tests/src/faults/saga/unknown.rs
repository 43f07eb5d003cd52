//! Booking steps of which nobody knows what they did, on the whole system.

use std::sync::Arc;

use bed::{Bed, Booking, Call, Fault, answers, book_on, settled_system};
use futures::future::join_all;
use local::{Faults, InvocationFaults, Options, System};
use local::{Function, InvocationError};
use saga::Operation;
use saga::Operation::{FlightReserve, HotelReserve, PaymentProcess};
use serde_json::{Value, json};

use super::machines::{PACE, wrong};
use crate::faults::schedules;

/// A step: its function, its key among the sandbox's, the event of its commit, and how its trip
/// ends.
struct Step {
    operation: Operation,
    key: &'static str,
    event: &'static str,
    ends: Ends,
}

/// The end of a trip whose step is unknown.
struct Ends {
    /// Neither its supplier nor the trip ever heard of it.
    nothing: &'static str,
    /// Its supplier holds something that the trip never recorded.
    unrecorded: &'static str,
    /// The trip recorded it.
    recorded: &'static str,
}

const BOOKED: &str = "CONFIRMED CONFIRMED CONFIRMED CAPTURED \
                      | flight.reserved hotel.reserved payment.captured trip.confirmed \
                      | flight hotel payment";

const STEPS: [Step; 3] = [
    Step {
        operation: FlightReserve,
        key: "flight",
        event: "flight.reserved.v1",
        ends: Ends {
            nothing: "FAILED CANCELLED - - | trip.failed | ",
            unrecorded: "FAILED CANCELLED - - | trip.failed | ",
            recorded: "FAILED CANCELLED - - | flight.reserved flight.cancelled trip.failed | ",
        },
    },
    Step {
        operation: HotelReserve,
        key: "hotel",
        event: "hotel.reserved.v1",
        ends: Ends {
            nothing: "FAILED CANCELLED CANCELLED - \
                      | flight.reserved flight.cancelled trip.failed | ",
            unrecorded: "FAILED CANCELLED CANCELLED - \
                         | flight.reserved flight.cancelled trip.failed | ",
            recorded: "FAILED CANCELLED CANCELLED - | flight.reserved hotel.reserved \
                       hotel.cancelled flight.cancelled trip.failed | ",
        },
    },
    Step {
        operation: PaymentProcess,
        key: "payment",
        event: "payment.captured.v1",
        ends: Ends {
            nothing: "FAILED CANCELLED CANCELLED REFUNDED | flight.reserved hotel.reserved \
                      hotel.cancelled flight.cancelled trip.failed | ",
            unrecorded: "FAILED CANCELLED CANCELLED REFUNDED | flight.reserved hotel.reserved \
                         payment.refunded hotel.cancelled flight.cancelled trip.failed | ",
            recorded: BOOKED,
        },
    },
];

/// One of a step's ends.
type End = fn(&Ends) -> &'static str;

/// Why nobody knows, at every attempt of the step.
#[derive(Clone, Copy, Debug)]
enum Doubt {
    /// The supplier behaves so.
    Supplier(&'static str),
    /// The database behaves so at the step's commit.
    Commit(fn() -> Fault),
    /// The invocation ends so, when its work is done or before.
    Invocation(&'static str, bool),
}

/// Each doubt by name, and the end that it leads to.
const DOUBTS: [(&str, Doubt, End); 9] = [
    ("error", Doubt::Supplier("error"), |ends| ends.nothing),
    ("timeout", Doubt::Supplier("timeout"), |ends| ends.nothing),
    ("late-effect", Doubt::Supplier("late_effect"), |ends| ends.nothing),
    ("timeout-after-effect", Doubt::Supplier("timeout_after_effect"), |ends| ends.unrecorded),
    ("commit-not-heard", Doubt::Commit(|| Fault::Disconnect), |ends| ends.unrecorded),
    ("commit-fails", Doubt::Commit(answers::internal), |ends| ends.unrecorded),
    // The repeat finds out that the commit has landed.
    ("commit-not-answered", Doubt::Commit(|| Fault::LoseAnswer), |_| BOOKED),
    ("never-ran", Doubt::Invocation("Runtime.ExitError", false), |ends| ends.nothing),
    ("ran-unheard", Doubt::Invocation("Lambda.Unknown", true), |ends| ends.recorded),
];

/// One step of one trip, and what befalls it.
struct Case {
    trip: String,
    step: &'static Step,
    doubt: Doubt,
    end: &'static str,
}

fn cases() -> Vec<Case> {
    let of = |step: &'static Step| {
        DOUBTS.iter().map(move |(name, doubt, end)| Case {
            trip: format!("{}-{name}", step.key),
            step,
            doubt: *doubt,
            end: end(&step.ends),
        })
    };
    STEPS.iter().flat_map(of).collect()
}

/// Breaks invocations.
struct Invocations(Vec<Broken>);

/// Every invocation of a function about a trip ends with this error, when its work is done or
/// before.
struct Broken {
    trip: String,
    operation: Operation,
    error: &'static str,
    after: bool,
}

impl Invocations {
    fn strike(&self, function: Function, trip: &str, after: bool) -> Option<InvocationError> {
        let strikes = |broken: &&Broken| {
            let is_function = Function::Saga(broken.operation) == function;
            is_function && broken.trip == trip && broken.after == after
        };
        let Broken { error, .. } = self.0.iter().find(strikes)?;
        Some(InvocationError { error_type: (*error).to_owned(), message: "struck".to_owned() })
    }
}

impl InvocationFaults for Invocations {
    fn before(&self, function: Function, payload: &Value) -> Option<InvocationError> {
        self.strike(function, payload["input"]["trip_id"].as_str()?, false)
    }

    fn after(
        &self,
        function: Function,
        answer: &Result<Value, InvocationError>,
    ) -> Option<InvocationError> {
        let (_, trip) = answer.as_ref().ok()?["member_id"].as_str()?.split_once('-')?;
        self.strike(function, trip, true)
    }
}

/// Every step, every doubt, on one system at once. What is not known to have happened is
/// compensated, the step itself included; what is found to have happened stands. At the end the
/// suppliers hold all or nothing.
#[tokio::test(flavor = "multi_thread")]
async fn fault_48_a_step_with_an_unknown_outcome_is_compensated_itself() {
    let (bed, cases) = (Bed::new().await, cases());
    let system = start(&bed, &cases).await;
    break_commits(&bed, &cases);
    join_all(cases.iter().map(|case| book(&system, case))).await;
    settled_system(&bed, &system).await;
    let ends: Vec<_> = cases.iter().map(|case| (case.trip.clone(), case.end.to_owned())).collect();
    let wrong = wrong(&bed, &ends).await;
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    schedules(48, cases.len());
    system.stop().await;
}

async fn start(bed: &Bed, cases: &[Case]) -> System {
    let broken = cases.iter().filter_map(|case| {
        let Doubt::Invocation(error, after) = case.doubt else { return None };
        Some(Broken { trip: case.trip.clone(), operation: case.step.operation, error, after })
    });
    let faults =
        Faults { invocations: Arc::new(Invocations(broken.collect())), ..Faults::default() };
    System::start(Options { faults, pace: PACE, ..bed.options() }).await.unwrap()
}

/// Strikes the commits that record the steps, of these trips alone.
fn break_commits(bed: &Bed, cases: &[Case]) {
    for case in cases {
        let Doubt::Commit(fault) = case.doubt else { continue };
        let (partition, event) = (format!("TRIP#{}", case.trip), case.step.event);
        bed.database.inject(move |call| commits(call, &partition, event).then(fault));
    }
}

fn commits(call: &Call, partition: &str, event: &str) -> bool {
    let items = call.body["TransactItems"].as_array().into_iter().flatten();
    let mut items = items.map(|item| &item["Put"]["Item"]);
    call.operation == "TransactWriteItems"
        && items.clone().all(|item| item["PK"]["S"] == partition)
        && items.any(|item| is_event(item, event))
}

fn is_event(item: &Value, event: &str) -> bool {
    let envelope = item["detail"]["S"].as_str().map(serde_json::from_str::<Value>);
    envelope.is_some_and(|envelope| envelope.unwrap()["type"] == event)
}

async fn book(system: &System, case: &Case) {
    let sandbox = match case.doubt {
        Doubt::Supplier(trouble) => json!({ case.step.key: trouble }),
        _ => json!({}),
    };
    book_on(system, &Booking::new(&case.trip).with_sandbox(sandbox)).await;
}
