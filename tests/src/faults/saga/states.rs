//! Every state that a trip can stand in, and the steps that bring it there.

use saga::{Deps, Operation};
use serde_json::{Value, json};

use super::steps::{BOOKING, CHAIN, Payload, by_customer, by_operator, payload, run, task};

/// What brings a trip into a state: its own saga's steps, with the payloads that they are sent.
pub(super) type Way = Vec<(Operation, Value)>;

/// Every state that a trip can stand in, by name, and how it comes there.
pub(super) fn states() -> Vec<(&'static str, Way)> {
    let booked = |steps: usize| own(&BOOKING[..steps]);
    let undone = |steps: usize, undone: usize| [booked(steps), own(&CHAIN[..undone])].concat();
    let cancelled = |steps| [booked(3), chain(&CHAIN[..steps], by_customer)].concat();
    let refused = |step: usize, sandbox: Value| {
        let mut refused = task("trip");
        refused["input"]["sandbox"] = sandbox;
        [booked(step), vec![(BOOKING[step], refused)]].concat()
    };
    vec![
        ("flight-reserved", booked(1)),
        ("hotel-reserved", booked(2)),
        ("confirmed", booked(3)),
        ("flight-refused", refused(0, json!({"flight": "unavailable"}))),
        ("hotel-refused", refused(1, json!({"hotel": "unavailable"}))),
        ("declined", refused(2, json!({"payment": "declined"}))),
        ("tombstone", undone(0, 3)),
        ("payment-voided", undone(2, 1)),
        ("hotel-cancelled", undone(2, 2)),
        ("failed", undone(2, 3)),
        ("by-operator", [booked(2), chain(&CHAIN[..1], by_operator)].concat()),
        ("refunded", cancelled(1)),
        ("almost-cancelled", cancelled(2)),
        ("cancelled", cancelled(3)),
    ]
}

fn own(steps: &[Operation]) -> Way {
    chain(steps, payload)
}

pub(super) fn chain(steps: &[Operation], payload: Payload) -> Way {
    steps.iter().map(|step| (*step, payload(*step, "trip"))).collect()
}

/// The same payload, about another trip.
pub(super) fn about(mut payload: Value, trip: &str) -> Value {
    payload["input"]["trip_id"] = json!(trip);
    payload
}

/// Brings a trip into a state.
pub(super) async fn bring(deps: &Deps, trip: &str, way: Way) {
    for (step, payload) in way {
        // A refusal is a way into a state too.
        let _answer = run(deps, step, about(payload, trip)).await;
    }
}
