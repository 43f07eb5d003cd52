//! What the bus's answers say about the bus itself: whether it is up and refuses some events, or is
//! down.

use crate::attempts::Outcome;

/// The most calls in flight.
const CALLS_IN_FLIGHT: usize = 10;

/// The state of the bus, as one batch or one sweep has observed it.
///
/// One refused entry says nothing about the bus. A call without an answer does, and so do several
/// calls in a row in which it takes nothing.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bus {
    tolerance: u32,
    /// Whether an event that is not done blocks all events after it.
    in_order: bool,
    /// The number of calls since the bus last took something.
    in_vain: u32,
    took: bool,
    silent: bool,
}

impl Bus {
    /// For a batch of the stream, which Lambda retries from its first undone event: an event sent
    /// after that one would be sent twice.
    pub(crate) fn for_a_batch() -> Self {
        Self { tolerance: 2, in_order: true, in_vain: 0, took: false, silent: false }
    }

    /// For a sweep, which meets the refused events of all trips, often one in each call.
    pub(crate) fn for_a_sweep() -> Self {
        Self { tolerance: 10, in_order: false, ..Self::for_a_batch() }
    }

    /// Records the results of one call. Returns whether the bus took any event, or refused any for
    /// good.
    pub(crate) fn note(&mut self, outcomes: &[Outcome]) -> bool {
        let settled = |outcome: &Outcome| matches!(outcome, Outcome::Taken | Outcome::Refused(_));
        let took = outcomes.iter().any(settled);
        self.in_vain = if took { 0 } else { self.in_vain + 1 };
        self.took |= took;
        self.silent |= outcomes
            .iter()
            .any(|outcome| matches!(outcome, Outcome::Unheard(_) | Outcome::Closed(_)));
        took
    }

    /// How many calls may be in flight: one while the bus takes nothing.
    pub(crate) fn width(&self) -> usize {
        if self.in_vain == 0 { CALLS_IN_FLIGHT } else { 1 }
    }

    /// Whether an event that is not done blocks all events after it.
    pub(crate) fn is_in_order(&self) -> bool {
        self.in_order
    }

    /// Whether sending more would be pointless.
    pub(crate) fn is_down(&self) -> bool {
        self.silent || self.in_vain >= self.tolerance
    }

    /// Whether the bus has taken an event, or refused one for good.
    pub(crate) fn took(&self) -> bool {
        self.took
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn not_now() -> Outcome {
        Outcome::NotNow("InternalFailure".to_owned())
    }

    #[test]
    fn calls_in_vain_count_from_the_last_that_was_not() {
        let mut bus = Bus::for_a_batch();
        for (call, down) in [
            (vec![not_now()], false),
            (vec![not_now(), Outcome::Taken], false),
            (vec![not_now()], false),
            (vec![Outcome::Refused("MalformedDetail".to_owned())], false),
            (vec![not_now(), not_now()], false),
            (vec![not_now()], true),
        ] {
            bus.note(&call);
            assert_eq!(bus.is_down(), down, "{call:?}");
        }
        assert!(bus.took());
    }

    #[test]
    fn a_bus_that_does_not_answer_is_down_at_once() {
        let mut bus = Bus::for_a_sweep();
        bus.note(&[Outcome::Taken, Outcome::Unheard("no answer in time".to_owned())]);
        assert!(bus.is_down());
    }
}
