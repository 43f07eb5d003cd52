//! The order in which a trip's events may go to an ordered bus: the decision alone, without I/O, so
//! that the model in `tests/src/model` runs it as it stands.
//!
//! An event is sent once all events before it are on the bus. `sequence` has no gaps within a trip,
//! so a missing predecessor is seen by its absence, whatever order the stream's records come in.
//! What is not at hand is asked for: one strongly consistent read of the trip's events. A
//! predecessor that is still open is sent first, by whoever meets it; the bus drops the repeat when
//! somebody else sends it too.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// Where an event stands, by its trip's table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Standing {
    /// It is still to be published.
    Open,
    /// No event waits for it any more: it is on the bus, or an operator gave it up.
    Settled,
    /// Only an operator moves it: it is parked, or cannot be read.
    Stuck,
}

/// What the table holds of one trip's events.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Ledger {
    events: BTreeMap<u64, Standing>,
    hides_one: bool,
}

impl Ledger {
    /// Adds an event.
    pub fn add(&mut self, sequence: u64, standing: Standing) {
        self.events.insert(sequence, standing);
    }

    /// Adds an event that is not settled and whose sequence number cannot be read: it may be any of
    /// those that seem to be missing.
    pub fn add_unreadable(&mut self) {
        self.hides_one = true;
    }

    /// Only a time to live removes an event, after it was dispatched; so what is missing is
    /// settled.
    fn standing(&self, sequence: u64) -> Standing {
        let missing = if self.hides_one { Standing::Stuck } else { Standing::Settled };
        self.events.get(&sequence).copied().unwrap_or(missing)
    }
}

/// What to do about the events of one trip that are at hand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    /// The table must be asked first.
    Ask,
    /// Nothing more needs to be known.
    Go(Course),
}

/// The way of a trip's events, by their sequence numbers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Course {
    /// At hand, and not to be sent: they are on the bus, or given up.
    pub settled: Vec<u64>,
    /// To be sent one after the other. Predecessors that are not at hand are among them.
    pub send: Vec<u64>,
    /// At hand, and not to be sent now: they wait for an event that only an operator moves, or are
    /// that event.
    pub wait: Vec<u64>,
}

/// Decides about the events of a trip that are at hand: `on_the_bus` is how many of its first
/// events are known to be settled; `ledger` is what its table holds, if it was asked.
#[must_use]
pub fn decide(at_hand: &BTreeSet<u64>, on_the_bus: u64, ledger: Option<&Ledger>) -> Decision {
    let nothing = Ledger::default();
    let table = ledger.unwrap_or(&nothing);
    let (mut course, mut is_stuck, mut next) = (Course::default(), false, on_the_bus + 1);
    course.settled.extend(at_hand.range(1..next));
    // Numbers begin at 1; one that does not is damage, and nothing that is sent.
    course.wait.extend(at_hand.get(&0));
    let last = at_hand.last().copied().unwrap_or_default();
    let known: BTreeSet<_> = at_hand.iter().chain(table.events.keys()).copied().collect();
    for sequence in known.range(next..).copied().take_while(|sequence| *sequence <= last) {
        let is_missed = sequence > next;
        if is_missed && ledger.is_none() {
            return Decision::Ask;
        }
        let standing = if ledger.is_some() { table.standing(sequence) } else { Standing::Open };
        is_stuck |= is_missed && table.hides_one || standing == Standing::Stuck;
        let is_at_hand = at_hand.contains(&sequence);
        match standing {
            Standing::Settled if is_at_hand => course.settled.push(sequence),
            Standing::Open if !is_stuck => course.send.push(sequence),
            Standing::Open | Standing::Stuck if is_at_hand => course.wait.push(sequence),
            Standing::Settled | Standing::Open | Standing::Stuck => {}
        }
        next = sequence.saturating_add(1);
    }
    Decision::Go(course)
}

/// The events of one trip on their way: one at a time, and none after one that did not get there.
///
/// No call holds two of them, for AWS does not say what becomes of the later entry when an earlier
/// one of its group fails within one call.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Lane<E> {
    events: VecDeque<E>,
    is_in_flight: bool,
}

impl<E: Copy> Lane<E> {
    /// Events to be sent in this order.
    pub fn new(events: impl IntoIterator<Item = E>) -> Self {
        Self { events: events.into_iter().collect(), is_in_flight: false }
    }

    /// The event that may be sent now.
    #[must_use]
    pub fn next(&self) -> Option<E> {
        self.events.front().copied().filter(|_| !self.is_in_flight)
    }

    /// Whether more events are behind the first one.
    #[must_use]
    pub fn has_more(&self) -> bool {
        self.events.len() > 1
    }

    /// It is in a call.
    pub fn depart(&mut self) {
        self.is_in_flight = true;
    }

    /// Its call has ended. If the bus did not take it, it and those behind it are not sent.
    pub fn land(&mut self, taken: bool) {
        self.is_in_flight = false;
        if taken {
            self.events.pop_front();
        } else {
            self.events.clear();
        }
    }
}

#[cfg(test)]
mod tests;
