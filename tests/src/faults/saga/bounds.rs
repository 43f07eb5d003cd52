//! What a state machine carries from state to state: always small enough, and always there. Step
//! Functions catches neither data over its limit nor a path that leads nowhere.

use std::collections::BTreeSet;

use bed::{Bed, Booking, settled};
use domain::request::SandboxStep;
use local::Function;
use local::account::BOOKING_MACHINE;
use saga::Operation;
use serde_json::{Value, json};
use state_machine::HistoryEvent;

use super::machines::{BOOKING, COMPENSATION, Machines, Strike};
use super::states::{about, bring, states};
use super::steps::{self, STEPS, patient, payload, run};
use crate::faults::schedules;

/// Step Functions' limit, in bytes.
const LIMIT: usize = 262_144;
/// The longest cause of an error that Step Functions keeps, in characters.
const LONGEST_CAUSE: usize = 32_768;
/// What a step adds to the state, at most.
const ADDED: usize = 500;

/// The largest request that the gateway lets pass: everything at its longest, and as many blanks as
/// a hotel's name may have around it.
fn largest(trip: &str) -> Value {
    let troubles = SandboxStep::ALL.map(|step| (step.key().to_owned(), json!("slow:999")));
    let booking = Booking::new(trip).with_sandbox(Value::Object(troubles.into_iter().collect()));
    let mut body = booking.body().clone();
    let details = &mut body["flight_details"];
    details["departure_time"] = json!("2026-03-01T10:00:00+09:00");
    details["arrival_time"] = json!("2026-03-01T14:00:00+09:00");
    let name = format!("{}{}", "\u{3000}".repeat(100), "\u{1f3e8}".repeat(100));
    body["hotel_details"]["hotel_name"] = json!(name);
    body["customer_id"] = json!("c".repeat(128));
    body
}

/// The largest state that an execution passed on, in bytes.
fn largest_state(history: &[HistoryEvent]) -> usize {
    let texts = history.iter().filter_map(|event| {
        let exited = &event.details.get("stateExitedEventDetails")?["output"];
        exited.as_str().map(str::len)
    });
    texts.max().unwrap_or_default()
}

/// The largest request, and each step in turn failing with the longest error that there can be: no
/// state is over the limit, and the execution ends in one of its own ends.
#[tokio::test(flavor = "multi_thread")]
async fn fault_52_the_largest_request_and_the_longest_errors_stay_within_the_limit() {
    let machines = Machines::new().await;
    // The cause is cut at its longest; these take four bytes each, or are written with escapes.
    let laments = ["\u{1f4a5}".repeat(300_000), "\"\\\u{1}".repeat(100_000)];
    let mut cases = 0;
    for lament in &laments {
        for step in steps::BOOKING {
            let trip = format!("{cases:t>64}");
            let strike = Strike::Lament("Unhandled", lament.clone());
            machines.invocations.strike_next(1, step, &trip, &strike);
            let arn = machines.start(BOOKING_MACHINE, &trip, &largest(&trip)).await;
            assert_eq!(machines.end(&arn).await.error.as_deref(), Some("BookingFailed"), "{step}");
            let largest = largest_state(&machines.history(&arn).await);
            assert!((LONGEST_CAUSE..LIMIT * 3 / 4).contains(&largest), "{step}: {largest} bytes");
            cases += 1;
        }
    }
    settled(&machines.bed).await;
    schedules(52, cases);
}

/// What the steps themselves answer adds little to the state, whatever was asked for.
#[tokio::test(flavor = "multi_thread")]
async fn fault_52_the_answers_of_all_steps_add_little_to_the_state() {
    let machines = Machines::new().await;
    let (trip, input) = ("t".repeat(64), largest(&"t".repeat(64)));
    let arn = machines.start(BOOKING_MACHINE, &trip, &input).await;
    machines.end(&arn).await;
    let added = largest_state(&machines.history(&arn).await) - input.to_string().len();
    assert!((1..3 * ADDED).contains(&added), "{added} bytes");
    settled(&machines.bed).await;
}

/// A request of the right shape that breaks every rule, and one that was started around the gateway
/// and has nothing but unknown fields: the refusal is caught, and fits.
#[tokio::test(flavor = "multi_thread")]
async fn fault_52_a_refusal_of_many_fields_is_caught_and_fits() {
    let machines = Machines::new().await;
    let mut unknown = json!({"trip_id": "unknown", "customer_id": "alice"});
    for number in 0..1_000 {
        unknown[format!("{number}-{}", "\u{1f4a5}".repeat(20))] = json!("x");
    }
    let mut broken = Booking::new("broken").body().clone();
    broken["customer_id"] = json!("alice");
    broken["amount"] = json!("0.0001");
    broken["hotel_details"]["check_out_date"] = json!("2026-03-01");
    broken["flight_details"]["arrival_time"] = json!("2026-03-01T14:00:00Z");
    for (trip, input) in [("unknown", unknown), ("broken", broken)] {
        let arn = machines.start(BOOKING_MACHINE, trip, &input).await;
        let ended = machines.end(&arn).await;
        assert_eq!(ended.error.as_deref(), Some("FlightBookingFailed"), "{trip}");
        let largest = largest_state(&machines.history(&arn).await);
        assert!(largest < LIMIT / 2, "{trip}: {largest} bytes");
    }
    settled(&machines.bed).await;
    schedules(52, 2);
}

/// What the machines take from the answers of a function.
fn taken_from(operation: Operation) -> BTreeSet<String> {
    let function = Function::Saga(operation).name().replace('-', "");
    let mut taken = BTreeSet::new();
    for machine in [BOOKING, COMPENSATION] {
        let machine: Value = serde_json::from_str(machine).unwrap();
        for state in machine["States"].as_object().unwrap().values() {
            let name = state["Parameters"]["FunctionName"].as_str().unwrap_or_default();
            if name.to_lowercase() == format!("${{{function}functionarn}}") {
                let paths = state["ResultSelector"].as_object().unwrap().values();
                taken.extend(paths.map(|path| path.as_str().unwrap().replace("$.Payload.", "")));
            }
        }
    }
    taken
}

/// Every step, in every state of its trip, either answers with all that the machines take from it,
/// in few bytes, or fails under a name that the machines know.
#[tokio::test(flavor = "multi_thread")]
async fn fault_52_every_path_of_the_machines_leads_somewhere_in_every_answer() {
    let bed = Bed::new().await;
    let (deps, mut count) = (patient(&bed, bed.database.url()).await, 0);
    for step in STEPS {
        let taken = taken_from(step);
        assert_eq!(taken.len(), 3, "{step} is in the machines");
        for (state, way) in states() {
            let trip = format!("{state}-{}", step.handler_name().replace('.', "-"));
            bring(&deps, &trip, way).await;
            match run(&deps, step, about(payload(step, &trip), &trip)).await {
                Ok(answer) => {
                    let answered = answer.as_object().unwrap().keys().cloned().collect();
                    assert_eq!(taken, answered, "{trip}");
                    assert!(answer.to_string().len() < ADDED, "{trip}: {answer}");
                }
                Err(failure) => assert!(is_known(&failure.code.to_string()), "{trip}: {failure:?}"),
            }
            count += 1;
        }
    }
    schedules(52, count);
}

fn is_known(code: &str) -> bool {
    [BOOKING, COMPENSATION].iter().any(|machine| machine.contains(&format!("\"{code}\"")))
}
