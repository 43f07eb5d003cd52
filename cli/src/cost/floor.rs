//! The least that a booking can use while the product promises what it promises: each step is
//! retried and undone by a workflow that survives anything, a state and its events are one
//! transaction, open work is found without a scan, every event reaches the bus, and the view shows
//! the trip from its first moment to its end.

use super::usage::{READS, Usage};

/// Three steps, and the start: the last step can end the execution.
const TRANSITIONS: f64 = 4.0;
/// Three steps. In full batches the consumers' invocations are shared by a hundred records.
const STEPS: f64 = 3.0;
const BATCH: f64 = 100.0;
/// The root alone, by a plain conditional write (1); then in transactions, at two units each, what
/// a step changes: root, flight and event (6), root, hotel and event (6), root, payment and two
/// events (8). Each item has less than a kilobyte.
const TRIP_UNITS: f64 = 1.0 + 6.0 + 6.0 + 8.0;
/// The trip and each of four events enter the index of open work and leave it.
const INDEX_UNITS: f64 = 10.0;
/// One for each event.
const MARK_UNITS: f64 = 4.0;
/// A row with two index entries appears (3), and moves in one of them when the trip is confirmed
/// (4). Versions between these two show nothing new.
const VIEW_UNITS: f64 = 3.0 + 4.0;
/// Admission's look, and a load for each step but the first, which can write before it reads.
const READ_UNITS: f64 = 3.0;

impl Usage {
    /// The floor under `counted`, a trip that is booked at the first try. What the customer decides
    /// (requests), what subscribers get (events), and what is only assumed (logs) is the same.
    pub(super) fn floor(counted: &Self) -> Self {
        let consumed = (MARK_UNITS + STEPS + 1.0) / BATCH;
        Self {
            transitions: TRANSITIONS,
            invocations: STEPS + READS + consumed,
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
