//! The report of the demo.

mod lag;
mod text;

use std::collections::BTreeMap;
use std::process::ExitCode;

use serde::Serialize;

use super::check::{self, Verdict};
use super::facts::Facts;
use super::outcome::Outcome;
use super::perform::Performance;
use super::plan::Plan;
use lag::Lag;

/// The result of a demo. Serialises as `trip demo --json` prints it.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// The seed of the plan.
    pub seed: u64,
    /// How many trips were booked.
    pub trips: usize,
    /// How they ended.
    pub outcomes: Vec<Count>,
    /// The requests to the API.
    pub requests: Requests,
    /// The events on the bus.
    pub events: Events,
    /// The content of the search view.
    pub search: Search,
    /// How long it took: only information, since it depends on the machine.
    pub pace: Pace,
    /// The invariants, and their violations.
    pub invariants: Vec<Verdict>,
}

/// How many trips ended with one outcome.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Count {
    /// The outcome.
    #[serde(flatten)]
    pub outcome: Outcome,
    /// The number of trips.
    pub trips: usize,
}

/// The requests to the API besides single bookings.
#[derive(Clone, Debug, Serialize)]
pub struct Requests {
    /// Bookings that were repeated.
    pub repeats: usize,
    /// How many of these were answered that the trip id is taken.
    pub told_taken: usize,
    /// Cancellations that were accepted.
    pub cancelled: usize,
}

/// The events on the bus.
#[derive(Clone, Debug, Serialize)]
pub struct Events {
    /// Different events, by type.
    pub by_type: BTreeMap<String, usize>,
    /// Different events.
    pub events: usize,
    /// Deliveries beyond the first of an event.
    pub duplicates: usize,
    /// From commit to bus.
    pub lag: Lag,
}

/// The content of the search view.
#[derive(Clone, Debug, Serialize)]
pub struct Search {
    /// Rows.
    pub rows: usize,
    /// How many of them searches find; the others have no departure.
    pub found: usize,
}

/// How long it took, in seconds.
#[derive(Clone, Debug, Serialize)]
pub struct Pace {
    /// From the first request until the last booking had ended.
    pub booked_in: f64,
    /// From the first request until no work was left.
    pub settled_in: f64,
    /// Bookings per second.
    pub bookings_per_second: f64,
}

impl Report {
    /// Checks the facts, and summarises them.
    #[must_use]
    pub fn of(plan: &Plan, performance: &Performance, facts: &Facts) -> Self {
        let Performance { repeats, told_taken, cancelled, .. } = *performance;
        let trips = plan.trips.len();
        Self {
            seed: plan.seed,
            trips,
            outcomes: outcomes(facts),
            requests: Requests { repeats, told_taken, cancelled },
            events: events(facts),
            search: Search { rows: facts.rows.len(), found: facts.found.len() },
            pace: pace(trips, performance),
            invariants: check::all(facts),
        }
    }

    /// Whether all invariants hold.
    #[must_use]
    pub fn holds(&self) -> bool {
        self.invariants.iter().all(Verdict::holds)
    }

    /// The exit code for this report.
    #[must_use]
    pub fn exit_code(&self) -> ExitCode {
        if self.holds() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
    }
}

fn outcomes(facts: &Facts) -> Vec<Count> {
    let mut counts = BTreeMap::new();
    for trip in &facts.trips {
        *counts.entry(Outcome::of(trip)).or_insert(0) += 1;
    }
    counts.into_iter().map(|(outcome, trips)| Count { outcome, trips }).collect()
}

fn events(facts: &Facts) -> Events {
    let first = lag::first_arrivals(&facts.published);
    let mut by_type = BTreeMap::new();
    for published in first.values() {
        *by_type.entry(published.event.event_type.clone()).or_insert(0) += 1;
    }
    Events {
        by_type,
        events: first.len(),
        duplicates: facts.published.len() - first.len(),
        lag: Lag::of(first.into_values()),
    }
}

#[expect(clippy::cast_precision_loss, reason = "a rate for a person")]
fn pace(trips: usize, performance: &Performance) -> Pace {
    let booked_in = performance.booked_in.as_secs_f64();
    Pace {
        booked_in,
        settled_in: performance.settled_in.as_secs_f64(),
        bookings_per_second: trips as f64 / booked_in,
    }
}
