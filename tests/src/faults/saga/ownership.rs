//! Whoever does not own a trip changes nothing of it: every operation, in every state of the trip.

use bed::{Bed, settled};
use domain::ErrorCode;
use saga::Deps;
use serde_json::{Value, json};
use store::sandbox::LedgerRow;

use super::states::{Way, about, bring, chain, states};
use super::steps::{
    CHAIN, Payload, STEPS, by_customer, by_operator, caught, id, patient, payload, run, run_all,
};
use crate::faults::schedules;

/// Who comes without owning the trip: another saga, another customer, and both.
const STRANGERS: [(&str, &str); 3] = [("alice", "saga-2"), ("bob", "saga-1"), ("bob", "saga-2")];

/// What a stranger may send: each step as the booking does, each compensation for each reason.
fn attempts() -> Way {
    let steps = STEPS.map(|step| (step, payload(step, "trip")));
    let others = [by_customer, by_operator].map(|payload| chain(&CHAIN, payload)).concat();
    [steps.to_vec(), others].concat()
}

fn spoken_by((customer, saga): (&str, &str), mut payload: Value) -> Value {
    payload["input"]["customer_id"] = json!(customer);
    payload["saga_id"] = json!(saga);
    payload
}

/// The trip, its events, and all suppliers' books.
async fn everything(bed: &Bed, trip: &str) -> (String, Vec<Value>, Vec<LedgerRow>) {
    let mut ledger = bed.ledger().all().await.unwrap();
    ledger.sort_by(|one, other| one.key.cmp(&other.key));
    let trip = id(trip);
    (format!("{:?}", bed.trip(&trip).await), bed.committed(&trip).await, ledger)
}

/// A second saga, another customer, or both, come to a trip in each of its states with each
/// operation. All are told of the conflict; the trip, its events and the suppliers' books stay as
/// they were.
#[tokio::test(flavor = "multi_thread")]
async fn fault_64_a_stranger_changes_and_releases_nothing_in_any_state() {
    let bed = Bed::new().await;
    let (deps, mut count) = (patient(&bed, bed.database.url()).await, 0);
    for (trip, way) in states() {
        bring(&deps, trip, way).await;
        let before = everything(&bed, trip).await;
        count += refuse_strangers(&deps, trip).await;
        assert_eq!(everything(&bed, trip).await, before, "{trip}");
    }
    end_all(&deps).await;
    settled(&bed).await;
    schedules(64, count);
}

async fn refuse_strangers(deps: &Deps, trip: &str) -> usize {
    let mut count = 0;
    for stranger in STRANGERS {
        for (step, payload) in attempts() {
            let answer = run(deps, step, spoken_by(stranger, about(payload, trip))).await;
            let code = answer.map_err(|failure| failure.code);
            assert_eq!(code, Err(ErrorCode::TripConflict), "{trip}: {step} by {stranger:?}");
            count += 1;
        }
    }
    count
}

/// Whatever the strangers tried, the trips' own sagas still run to their ends.
async fn end_all(deps: &Deps) {
    for trip in ["flight-reserved", "hotel-reserved", "hotel-refused", "declined"] {
        for step in &CHAIN {
            run(deps, *step, caught(trip)).await.unwrap();
        }
    }
    for trip in ["payment-voided", "hotel-cancelled"] {
        run_all(deps, &CHAIN[1..], trip).await;
    }
    for (trip, payload) in [
        ("by-operator", by_operator as Payload),
        ("refunded", by_customer),
        ("almost-cancelled", by_customer),
    ] {
        for step in CHAIN {
            run(deps, step, payload(step, trip)).await.unwrap();
        }
    }
}
