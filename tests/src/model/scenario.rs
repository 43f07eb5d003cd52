//! What is let loose on the model: who acts, on which trips, and how much may go wrong.

use std::env;

use domain::Claim;
use saga::Operation;

use super::properties::Reached;

/// One configuration, checked exhaustively within its bounds.
#[derive(Clone, Debug)]
pub(crate) struct Scenario {
    pub(super) name: &'static str,
    pub(super) trips: usize,
    pub(super) sagas: Vec<Saga>,
    pub(super) roles: Vec<Role>,
    pub(super) history: &'static [Operation],
    pub(super) unknown_outcomes: u8,
    pub(super) supplier_refuses: bool,
    pub(super) may_abort: bool,
    pub(super) whole_steps: bool,
    pub(super) streams: Streams,
    pub(super) reached: Vec<Reached>,
}

/// Who speaks, and for which trip.
#[derive(Clone, Debug)]
pub(super) struct Saga {
    pub(super) trip: usize,
    pub(super) claim: Claim,
}

/// One execution of a state machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Role {
    pub(super) saga: usize,
    pub(super) kind: Kind,
    pub(super) starts: Starts,
}

/// What an execution is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Kind {
    Booking,
    Cancellation,
    Operator,
}

/// When an execution may start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Starts {
    AtAnyTime,
    /// Once the trip was committed: an execution's name keeps others from starting before.
    OnceWritten,
    /// Once the trip is confirmed: `saga/src/cancellation/decision.rs`.
    OnceConfirmed,
}

/// Who publishes events or keeps the view.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Consumer {
    Dispatcher,
    Sweeper,
    Projector,
}

/// The consumers of the table's stream, and what may go wrong between them and the table.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Streams {
    pub(crate) consumers: &'static [Consumer],
    /// Batches of one consumer under way at once: its parallelization factor.
    pub(crate) factor: usize,
    /// The most records of a batch.
    pub(crate) batch: usize,
    /// Whether the bus is an ordered one.
    pub(crate) in_order: bool,
    /// How many deliveries, publications, marks and writes go wrong.
    pub(crate) troubles: u8,
}

impl Streams {
    pub(super) fn have(&self, consumer: Consumer) -> bool {
        self.consumers.contains(&consumer)
    }
}

impl Scenario {
    /// As many trips as are given, each with its own saga, and nobody to act on them yet.
    pub(crate) fn new(name: &'static str, trips: usize) -> Self {
        let saga = |trip| Saga { trip, claim: claim(trip, "alice", "first") };
        Self {
            name,
            trips,
            sagas: (0..trips).map(saga).collect(),
            roles: Vec::new(),
            history: &[],
            unknown_outcomes: 0,
            supplier_refuses: false,
            may_abort: false,
            whole_steps: false,
            streams: Streams::default(),
            reached: Vec::new(),
        }
    }

    /// The same, with a booking of each.
    pub(crate) fn bookings(name: &'static str, trips: usize) -> Self {
        Self::new(name, trips).with(Kind::Booking, Starts::AtAnyTime)
    }

    /// Every trip has come through these steps of its booking before.
    pub(crate) fn after(mut self, history: &'static [Operation]) -> Self {
        self.history = history;
        self
    }

    /// The trips' own sagas run an execution each.
    pub(crate) fn with(mut self, kind: Kind, starts: Starts) -> Self {
        self.roles.extend((0..self.trips).map(|saga| Role { saga, kind, starts }));
        self
    }

    /// Another customer's saga runs an execution under the first trip's id.
    pub(crate) fn with_rival(mut self, kind: Kind, starts: Starts) -> Self {
        let saga = self.sagas.len();
        self.sagas.push(Saga { trip: 0, claim: claim(0, "mallory", "second") });
        self.roles.push(Role { saga, kind, starts });
        self
    }

    /// So many invocations end without their caller knowing how; each may still do all, some or
    /// nothing of its work. `TRIP_MODEL_DEPTH` adds to their number.
    pub(crate) fn unknown_outcomes(mut self, count: u8) -> Self {
        self.unknown_outcomes = count + depth();
        self
    }

    /// Any supplier may refuse.
    pub(crate) fn refusals(mut self) -> Self {
        self.supplier_refuses = true;
        self
    }

    /// An operator may abort a booking whose trip was committed: it counts as an unknown outcome.
    /// Before that commit there is no trip to compensate, so that only a redrive of the booking
    /// helps.
    pub(crate) fn aborts(mut self) -> Self {
        self.may_abort = true;
        self
    }

    /// A step runs in one piece: for scenarios about what follows its commit.
    pub(crate) fn whole_steps(mut self) -> Self {
        self.whole_steps = true;
        self
    }

    /// The stream has consumers. `TRIP_MODEL_DEPTH` adds to their troubles.
    pub(crate) fn streams(mut self, streams: Streams) -> Self {
        self.streams = Streams { troubles: streams.troubles + depth(), ..streams };
        self
    }

    /// The run is worth nothing unless it comes to these states.
    pub(crate) fn reaches(mut self, reached: &[Reached]) -> Self {
        self.reached.extend_from_slice(reached);
        self
    }
}

/// How much further than usual to search.
fn depth() -> u8 {
    let asked = env::var("TRIP_MODEL_DEPTH").ok();
    asked.map_or(0, |depth| depth.parse().expect("TRIP_MODEL_DEPTH is a small number"))
}

fn claim(trip: usize, customer: &str, saga: &str) -> Claim {
    let trip = format!("trip-{trip}");
    testing::claim(&trip, customer, &format!("{trip}@{saga}"))
}
