//! The faults of the demo: every behaviour of the sandbox suppliers, in every step.

use rand::Rng;
use rand::seq::SliceRandom;
use serde_json::{Map, Value, json};

/// The faults of a booking step besides a refusal. Without a count a fault lasts for every attempt.
const TROUBLES: [&str; 9] = [
    "error",
    "error:2",
    "slow",
    "timeout",
    "timeout:1",
    "timeout_after_effect",
    "timeout_after_effect:1",
    "late_effect",
    "late_effect:1",
];

/// A booking step, and its supplier's refusal.
const BOOKING: [(&str, &str); 3] =
    [("flight", "unavailable"), ("hotel", "unavailable"), ("payment", "declined")];

/// The faults of a compensation. None lasts: its saga would wait for an operator, as designed.
const COMPENSATION_TROUBLES: [&str; 4] = ["error:2", "slow", "timeout:1", "timeout_after_effect:1"];

/// A compensation, and the earlier fault that makes it run.
const COMPENSATIONS: [(&str, (&str, &str)); 3] = [
    ("flight_cancel", ("hotel", "unavailable")),
    ("hotel_cancel", ("payment", "declined")),
    ("payment_refund", ("payment", "timeout_after_effect")),
];

/// Every fault, as a request's `sandbox` object.
pub fn all() -> Vec<Value> {
    let booking = BOOKING.iter().flat_map(|&(step, refusal)| {
        TROUBLES
            .iter()
            .chain([&refusal])
            .map(|&trouble| object(&[(step, trouble)]))
            .collect::<Vec<_>>()
    });
    let compensations = COMPENSATIONS.iter().flat_map(|&(step, cause)| {
        COMPENSATION_TROUBLES.iter().map(move |&trouble| object(&[cause, (step, trouble)]))
    });
    booking.chain(compensations).collect()
}

/// A flight without seats: it never left.
pub fn no_flight() -> Value {
    json!({"flight": "unavailable"})
}

fn object(behaviours: &[(&str, &str)]) -> Value {
    let pair = |(step, trouble): &(&str, &str)| ((*step).to_owned(), json!(trouble));
    Value::Object(behaviours.iter().map(pair).collect::<Map<_, _>>())
}

/// Deals faults in a random order, each once before any repeats, so that a short demo shows as many
/// of them as possible.
#[derive(Debug, Default)]
pub struct Deck(Vec<Value>);

impl Deck {
    /// The next fault.
    pub fn deal(&mut self, rng: &mut impl Rng) -> Value {
        if self.0.is_empty() {
            self.0 = all();
            self.0.shuffle(rng);
        }
        self.0.pop().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use domain::request::{Sandbox, SandboxStep, Trouble};
    use rand::SeedableRng;
    use rand::rngs::StdRng;

    use super::*;

    #[test]
    fn every_step_suffers_every_behaviour_that_its_supplier_has() {
        let faults: Vec<_> = all().iter().map(|fault| Sandbox::parse(fault).unwrap()).collect();
        for step in SandboxStep::ALL {
            let mut troubles = vec![Trouble::Error, Trouble::Slow, Trouble::Timeout];
            troubles.push(Trouble::TimeoutAfterEffect);
            if step.may_be_refused() {
                troubles.extend([Trouble::Refused, Trouble::LateEffect]);
            }
            for trouble in troubles {
                let shown = faults.iter().filter_map(|fault| fault.behaviour(step));
                assert!(
                    shown.clone().any(|shown| shown.trouble == trouble),
                    "{step:?} {trouble:?}"
                );
            }
        }
    }

    #[test]
    fn no_compensation_suffers_for_ever() {
        for fault in all() {
            let fault = Sandbox::parse(&fault).unwrap();
            let compensations = SandboxStep::ALL.into_iter().filter(|step| !step.may_be_refused());
            for behaviour in compensations.filter_map(|step| fault.behaviour(step)) {
                assert!(behaviour.trouble == Trouble::Slow || behaviour.attempts.is_some());
            }
        }
    }

    #[test]
    fn the_deck_deals_every_fault_before_any_comes_again() {
        let (mut deck, mut rng) = (Deck::default(), StdRng::seed_from_u64(7));
        let mut deal =
            || (0..all().len()).map(|_| deck.deal(&mut rng).to_string()).collect::<Vec<_>>();
        let (first, second) = (deal(), deal());
        assert_ne!(first, second, "the order is another each time");
        let sorted = |mut faults: Vec<String>| {
            faults.sort();
            faults
        };
        let whole = sorted(all().iter().map(Value::to_string).collect());
        assert_eq!((sorted(first), sorted(second)), (whole.clone(), whole));
    }
}
