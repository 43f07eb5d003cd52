//! What bookings were counted to use: `infra/generated/counts.json`, which a test of the whole
//! system writes.

use std::collections::BTreeMap;

use serde::Deserialize;

const COUNTS: &str = include_str!("../../../infra/generated/counts.json");

/// The end that a booking usually comes to.
const BOOKED: &str = "booked";

/// The counts by end, and how often the demo's trips come to each.
#[derive(Deserialize)]
pub(super) struct Counts {
    ends: BTreeMap<String, Count>,
    demo: Demo,
}

#[derive(Deserialize)]
struct Demo {
    trips: f64,
    ends: BTreeMap<String, f64>,
}

/// What one booking was counted to use.
#[derive(Clone, Copy, Debug, Deserialize)]
pub(super) struct Count {
    /// One, and another for a cancellation.
    pub(super) executions: f64,
    /// States entered, and attempts after a task's first.
    pub(super) states: f64,
    /// Invocations of steps.
    pub(super) steps: f64,
    /// Commits with events, and commits with a version of the trip.
    pub(super) dispatches: f64,
    pub(super) projections: f64,
    pub(super) read_units: f64,
    /// Write units of the trips' table, its index, the dispatcher's marks, and the view.
    pub(super) trip_units: f64,
    pub(super) index_units: f64,
    pub(super) mark_units: f64,
    pub(super) view_units: f64,
    pub(super) items: f64,
    pub(super) item_bytes: f64,
    pub(super) row_bytes: f64,
    pub(super) events: f64,
    pub(super) event_bytes: f64,
}

impl Count {
    /// Invocations of the stream's consumers, for commits that come alone.
    pub(super) fn consumed(&self) -> f64 {
        self.dispatches + self.projections
    }
}

impl Counts {
    /// The counts as they were written.
    pub(super) fn read() -> serde_json::Result<Self> {
        serde_json::from_str(COUNTS)
    }

    /// A trip that is booked at the first try.
    pub(super) fn booked(&self) -> Option<Count> {
        self.ends.get(BOOKED).copied()
    }

    /// Each end, and the share of the demo's trips that come to it.
    pub(super) fn shares(&self) -> impl Iterator<Item = (Count, f64)> {
        let ends = self.demo.ends.iter();
        ends.filter_map(|(end, trips)| Some((*self.ends.get(end)?, trips / self.demo.trips)))
    }

    /// The share of the demo's trips that are not booked at the first try.
    pub(super) fn troubled(&self) -> f64 {
        1.0 - self.demo.ends.get(BOOKED).copied().unwrap_or_default() / self.demo.trips
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_trip_of_the_demo_comes_to_an_end_that_was_counted() {
        let counts = Counts::read().unwrap();
        let shares: f64 = counts.shares().map(|(_, share)| share).sum();
        assert!((shares - 1.0).abs() < 1e-9, "{shares}");
        assert!(counts.booked().is_some());
    }
}
