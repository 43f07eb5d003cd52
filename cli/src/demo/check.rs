//! What must hold after the demo, whatever faults it had: pure checks of the collected facts.
//!
//! Each check looks at one thing only, so that a failure names the broken part.

mod events;
#[cfg(test)]
mod sample;
mod suppliers;
#[cfg(test)]
mod tests;
mod trips;
mod view;

use serde::Serialize;

use super::facts::Facts;

macro_rules! invariants {
    ($($(#[$doc:meta])* $name:ident = $statement:literal by $check:path,)*) => {
        /// Something that must hold.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
        #[serde(rename_all = "snake_case")]
        pub enum Invariant { $($(#[$doc])* $name,)* }

        impl Invariant {
            /// Every invariant, in the order of the report.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// The invariant as a sentence.
            #[must_use]
            pub const fn statement(self) -> &'static str {
                match self { $(Self::$name => $statement,)* }
            }

            fn findings(self, facts: &Facts) -> Vec<String> {
                match self { $(Self::$name => $check(facts),)* }
            }
        }
    };
}

invariants! {
    /// No accepted booking is lost or stuck.
    Ended = "every accepted booking has ended" by trips::ended,
    /// The faults of a trip decide how it ends.
    AsPlanned = "every trip ended as its request and its faults say" by trips::as_planned,
    /// Nothing is in flight, pending or parked.
    NoOpenWork = "no work is open" by trips::no_open_work,
    /// Every committed event is published, and no other event.
    Published = "the bus has every committed event, and no other" by events::published,
    /// An id stands for one event, however often it is delivered.
    SameEvent = "the same event id is always the same event" by events::same_event,
    /// A subscriber can order a trip's events and see what is missing.
    Sequences = "each trip's events are numbered from 1 without a gap" by events::sequences,
    /// An ordered bus promises it to its FIFO subscribers; another bus has none.
    InOrder = "a FIFO subscriber was sent each trip's events in order, without a gap and without a repeat" by events::in_order,
    /// The payment is the point of no return.
    ConfirmedStands = "no trip failed after it was confirmed" by events::confirmed_stands,
    /// The projection has lost nothing and added nothing.
    ViewIsFold = "the search view equals the write table, row by row" by view::view_is_fold,
    /// Searches find the view's content.
    SearchIsView = "search over HTTP finds every row that has a departure, once" by view::search_is_view,
    /// A trip holds all of its parts or none.
    Holdings = "confirmed trips hold flight, hotel and payment; all others nothing" by suppliers::holdings,
    /// Nobody is charged twice.
    OneCapture = "no trip was charged more than once" by suppliers::one_capture,
}

/// The result of a check.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Verdict {
    /// What must hold.
    pub invariant: Invariant,
    /// The violations.
    pub findings: Vec<String>,
}

impl Verdict {
    /// Whether it holds.
    #[must_use]
    pub fn holds(&self) -> bool {
        self.findings.is_empty()
    }
}

/// Checks every invariant that the system promises.
#[must_use]
pub fn all(facts: &Facts) -> Vec<Verdict> {
    let verdict = |invariant: &Invariant| Verdict {
        invariant: *invariant,
        findings: invariant.findings(facts),
    };
    let is_promised =
        |invariant: &&Invariant| facts.received.is_some() || **invariant != Invariant::InOrder;
    Invariant::ALL.iter().filter(is_promised).map(verdict).collect()
}
