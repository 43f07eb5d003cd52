//! Each step of the saga, while one of its calls hangs.

use bed::{Bed, Booking, Call, Fault};
use futures::future::join_all;
use saga::Deps;
use saga::Operation::{self, *};
use serde_json::{Value, json};

use super::super::support::{WRITE, few_at_once, id, is_about, patient, run};
use super::{LONGER, within};
use crate::faults::schedules;

/// A step, the steps that must come before it, and the ledger's row that its supplier keeps.
const STEPS: [(Operation, &[Operation], &str); 6] = [
    (FlightReserve, &[], "flight"),
    (HotelReserve, &[FlightReserve], "hotel"),
    (PaymentProcess, &[FlightReserve, HotelReserve], "payment"),
    (PaymentRefund, &[FlightReserve, HotelReserve], "payment"),
    (HotelCancel, &[FlightReserve, HotelReserve, PaymentRefund], "hotel"),
    (FlightCancel, &[FlightReserve, PaymentRefund, HotelCancel], "flight"),
];

const LOAD: &str = "GetItem";

/// The calls of a step, each hung before or after its effect: the trip is loaded, the sandbox's
/// books are written, the change is committed.
const CALLS: [(&str, Fault); 5] = [
    (LOAD, Fault::Hang),
    ("PutItem", Fault::Hang),
    ("PutItem", Fault::HangAfter),
    (WRITE, Fault::Hang),
    (WRITE, Fault::HangAfter),
];

/// One call of one step, hanging, for a trip of its own.
struct Case {
    trip: String,
    step: Operation,
    before: &'static [Operation],
    member: &'static str,
    call: &'static str,
    fault: Fault,
}

fn cases() -> Vec<Case> {
    let case = |(step, before, member): (Operation, _, _), call: &'static str, fault: Fault| {
        let name = step.handler_name().replace('.', "-");
        let when = if matches!(fault, Fault::HangAfter) { "after" } else { "before" };
        Case { trip: format!("{name}-{call}-{when}"), step, before, member, call, fault }
    };
    let of_step = |step| CALLS.into_iter().map(move |(call, fault)| case(step, call, fault));
    STEPS.into_iter().flat_map(of_step).collect()
}

impl Case {
    /// The task's payload; compensations learn why they run.
    fn task(&self) -> Value {
        let mut task = Booking::new(&self.trip).task("alice", "saga-1");
        task["input"]["error_info"] = json!({ "Error": "States.Timeout", "Cause": "" });
        task
    }

    fn strikes(&self) -> impl FnMut(&Call) -> Option<Fault> + Send + use<> {
        let (trip, operation, fault) = (self.trip.clone(), self.call, self.fault.clone());
        move |call| (call.operation == operation && is_about(call, &trip)).then(|| fault.clone())
    }

    async fn prepare(&self, bed: &Bed) {
        for step in self.before {
            run(bed, *step, self.task()).await.unwrap();
        }
    }

    /// Runs the step, whose call hangs: a retryable error in time.
    async fn hang(&self, bed: &Bed, deps: &Deps) {
        let event = bed.ending_after(LONGER, self.task());
        let error = within(LONGER, saga::handle(deps, self.step, event)).await.unwrap_err();
        assert!(error.code.is_transient(), "{}: {error}", self.trip);
        let hung =
            |call: &Call| is_about(call, &self.trip) && call.fault == Some(self.fault.name());
        assert!(bed.database.calls().iter().any(hung), "{}: no call hung", self.trip);
    }

    /// Runs the step again, as the state machine does: it takes effect once.
    async fn recover(&self, bed: &Bed) {
        run(bed, self.step, self.task()).await.unwrap();
        let trip = id(&self.trip);
        let sequences = bed.committed(&trip).await;
        let sequences =
            sequences.iter().map(|event| event["sequence"].as_str().unwrap().to_owned());
        let gapless = (1..).map(|number: u64| format!("{number:010}"));
        assert!(sequences.zip(gapless).all(|(found, expected)| found == expected), "{trip}");
        let key = format!("{}/{trip}/saga-1", self.member);
        let books = bed.ledger().get(&key).await.unwrap().unwrap();
        assert!(books.effects <= 1 && books.undone <= 1, "{trip}: {books:?}");
    }
}

/// Whichever call of whichever step hangs, the step answers a retryable error before its function
/// is stopped; and when it runs again it takes effect once, whether the hung call had landed or
/// not.
#[tokio::test]
async fn fault_11_a_step_answers_before_its_function_is_stopped() {
    let (bed, cases) = (Bed::new().await, cases());
    few_at_once(cases.iter().map(|case| case.prepare(&bed))).await;
    cases.iter().for_each(|case| bed.database.inject(case.strikes()));
    let deps = patient(&bed).await;
    join_all(cases.iter().map(|case| case.hang(&bed, &deps))).await;
    bed.database.heal();
    few_at_once(cases.iter().map(|case| case.recover(&bed))).await;
    schedules(11, cases.len());
}
