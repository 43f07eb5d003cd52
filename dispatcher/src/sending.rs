//! What came of sending events, call by call.

use store::outbox::OutboxKey;

use crate::attempts::Outcome;

/// The result for one event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum EventFate {
    /// The bus took it, now or earlier.
    Published,
    /// The bus refused it for good.
    Parked,
    /// The bus refuses it for now.
    Refused(String),
    /// An event before it in its trip keeps it from an ordered bus; it stays pending.
    Held,
    /// It was not sent, had no answer, or should have been parked but was not.
    Undone,
}

/// A call that has ended: the places of its events, and their results.
pub(crate) struct Landed {
    pub(crate) call: Vec<usize>,
    pub(crate) outcomes: Vec<Outcome>,
    pub(crate) fates: Vec<EventFate>,
}

/// The results so far for the events that were not published before.
pub(crate) struct Sending {
    pub(crate) fates: Vec<EventFate>,
    /// As in [`crate::relay::Delivery`], but among these events.
    pub(crate) unvouched: Vec<usize>,
    /// Whether an event was sent and is not done.
    pub(crate) is_stuck: bool,
    /// Other events that the bus took as well: those that had to come before.
    pub(crate) also: Vec<OutboxKey>,
}

/// How many events have this fate.
pub(crate) fn count(fates: &[EventFate], wanted: &EventFate) -> usize {
    fates.iter().filter(|fate| *fate == wanted).count()
}

impl Sending {
    pub(crate) fn of(events: usize) -> Self {
        let fates = vec![EventFate::Undone; events];
        Self { fates, unvouched: Vec::new(), is_stuck: false, also: Vec::new() }
    }

    /// Adds the results of a call. If the bus took an event in it, or refused one for good, then
    /// the bus itself was up when it refused others.
    pub(crate) fn note(&mut self, landed: Landed, vouches: bool) {
        for (place, fate) in landed.call.into_iter().zip(landed.fates) {
            if matches!(fate, EventFate::Refused(_)) {
                self.unvouched.push(place);
            }
            self.is_stuck |= fate == EventFate::Undone;
            self.fates[place] = fate;
        }
        if vouches {
            self.unvouched.clear();
        }
    }
}
