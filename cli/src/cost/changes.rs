//! What could be changed to pay less, and what each change costs in promises.
//!
//! Source of what Express workflows do not promise: the Step Functions developer guide, "Choosing
//! workflow type" and "Step Functions service quotas", copies of 2026.

use serde::Serialize;

use super::usage::{SMALLEST_WORKFLOW, Usage};

/// How long a booking's workflow runs where it is paid by time. An assumption.
const BOOKING_SECONDS: f64 = 2.0;

/// How many of the stream's records an invocation can have.
const BATCH: f64 = 100.0;

/// A change.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Change {
    /// What would be changed.
    pub what: &'static str,
    /// Dollars that it saves.
    pub saves: f64,
    /// What would no longer hold, and what it would take.
    pub costs: &'static [&'static str],
}

/// The changes, with what each saves of so many bookings. Of their invocations so many are the
/// stream's consumers'.
pub(super) fn all(usage: &Usage, consumed: f64, bookings: f64) -> Vec<Change> {
    let changes: [(_, _, &[_]); 7] = [
        (
            "end the booking with its payment, without a Succeed state",
            Usage { transitions: usage.transitions - 1.0, ..*usage },
            &["the state in which a booking that went well is seen to end; its output stays"],
        ),
        (
            "keep an event's item under a kilobyte",
            Usage { trip_units: usage.trip_units - 8.0, mark_units: 4.0, ..*usage },
            &["what an envelope says: with its keys and AWS's addresses it has more than that"],
        ),
        (
            "let the trip alone say that flight and hotel are confirmed",
            Usage { trip_units: usage.trip_units - 4.0, ..*usage },
            &["members' items that say what the trip says"],
        ),
        (
            "show in searches only a trip's first and last version",
            Usage { view_units: usage.view_units - 8.0, ..*usage },
            &["the statuses of flight and hotel in searches while a trip is being booked"],
        ),
        (
            "let the stream's consumers wait for a hundred records",
            Usage { invocations: usage.invocations - consumed * (1.0 - 1.0 / BATCH), ..*usage },
            &["events on the bus, and trips in searches, within a second"],
        ),
        (
            "one function for all three steps",
            Usage { transitions: 2.0, invocations: usage.invocations - 2.0, ..*usage },
            &[
                "each step's own retries, time limit and place in the history",
                "waiting for suppliers at Step Functions' expense: it becomes Lambda time",
            ],
        ),
        (
            "an Express workflow for the booking",
            Usage {
                transitions: 0.0,
                workflows: usage.workflows + 1.0,
                workflow_seconds: usage.workflow_seconds + BOOKING_SECONDS * SMALLEST_WORKFLOW,
                ..*usage
            },
            &[
                "one execution a trip: it may run twice, and a repeated name starts another",
                "more than 5 minutes: a compensation waits out an outage of 41",
                "redrive of what failed, and a history anywhere but in logs",
            ],
        ),
    ];
    let saved = |after: &Usage| bookings * (usage.dollars() - after.dollars());
    let change = |(what, after, costs)| Change { what, saves: saved(&after), costs };
    changes.map(change).into()
}
