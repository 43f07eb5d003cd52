//! The least that a booking can use while the product promises what it promises: each step is
//! retried and undone by a workflow that survives anything, a state and its events are one
//! transaction, open work is found without a scan, every event reaches the bus at once, and the
//! view shows each change of the trip.

use super::usage::{READS, Usage};

/// The start, three steps, and the state in which the saga's definition ends.
const TRANSITIONS: f64 = 5.0;
/// The root alone, by a plain conditional write (1); then in transactions, at two units each, what
/// a step changes: root, flight and event (6), root, hotel and event (6), and what makes a trip
/// confirmed: root, flight, hotel, payment and two events (12). Each item has less than a kilobyte.
const TRIP_UNITS: f64 = 1.0 + 6.0 + 6.0 + 12.0;
/// The trip and each of four events enter the index of open work and leave it.
const INDEX_UNITS: f64 = 10.0;
/// One for each event.
const MARK_UNITS: f64 = 4.0;
/// A row with three index entries appears (4), shows the flight and then the hotel (4 each), and
/// moves in two indexes when the trip is confirmed (6).
const VIEW_UNITS: f64 = 4.0 + 4.0 + 4.0 + 6.0;
/// Admission's look, and a load for each step but the first, which can write before it reads.
const READ_UNITS: f64 = 3.0;

impl Usage {
    /// The floor under `counted`, a trip that is booked at the first try. What the customer decides
    /// (requests), what subscribers get (events), how soon they and searches get it (an invocation
    /// for each commit) and what is only assumed (logs) is the same.
    pub(super) fn floor(counted: &Self) -> Self {
        Self {
            transitions: TRANSITIONS,
            trip_units: TRIP_UNITS,
            index_units: INDEX_UNITS,
            mark_units: MARK_UNITS,
            view_units: VIEW_UNITS,
            read_units: READ_UNITS + READS,
            ..*counted
        }
    }
}

/// The highest ratio to the floor that is aimed at.
pub(super) const GOAL: f64 = 1.05;
