//! The progress of a trip in flight: the step that it waits for, since when, and whether that step
//! is still being tried.
//!
//! The recorded state shows the step. That its execution ended, or goes on, is noted on the trip by
//! Step Functions' own events. They are not promised to arrive, so time shows it too: no step
//! continues without a commit for longer than its state machine retries it.

use domain::{Timestamp, Trip, TripStatus};
use serde::Serialize;
use store::Run;
use utoipa::ToSchema;

use crate::openapi::schemas;

/// The longest time that a booking step is tried, in seconds: four attempts of 30 seconds each, and
/// the waits between them.
const BOOKING_STEP: i64 = 4 * 30 + (1 + 2 + 4);
/// The same for a compensation: thirteen attempts, and waits that grow to a minute; and the waits
/// after thirty attempts that Lambda refused at once, because too many functions were running.
const COMPENSATING_STEP: i64 =
    13 * 30 + (1 + 2 + 4 + 8 + 16 + 32 + 6 * 60) + (5 + 10 + 20 + 40 + 26 * 60);
/// For what the retries do not include: queues, starts, clock differences.
const MARGIN: i64 = 60;

/// The steps, under the names of their states.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) enum Step {
    ReserveFlight,
    ReserveHotel,
    ProcessPayment,
    RefundPayment,
    CancelHotel,
    CancelFlight,
}

/// Where a trip in flight stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct Progress {
    /// The step that has to be recorded next, by what is recorded so far.
    waits_for: Step,
    /// When the trip was last committed: since then it waits.
    #[schema(schema_with = schemas::timestamp)]
    since: Timestamp,
    /// Whether nobody tries any more. The trip stays as it is until an operator continues its
    /// execution (`redrive`) or runs the compensation anew. True as soon as `gave_up` is there, and
    /// also without it once the step has taken longer than all its retries, about three quarters of
    /// an hour.
    stalled: bool,
    /// How its execution ended, if it ended before the trip was booked or undone.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = GaveUp, required = false)]
    gave_up: Option<GaveUp>,
}

/// An execution's end with work left.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct GaveUp {
    /// When it ended.
    #[schema(schema_with = schemas::timestamp)]
    at: Timestamp,
    /// The error of the step that had used up its retries. Absent if an operator stopped the
    /// execution without naming one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, required = false)]
    error: Option<String>,
}

impl Progress {
    /// The progress of a trip at `now`, with the news of its execution since its last commit;
    /// `None` if no saga works on it.
    pub(crate) fn of(trip: &Trip, run: Option<Run>, now: Timestamp) -> Option<Self> {
        let (waits_for, longest) = match trip.state().status {
            // If the step's outcome is unknown, its compensation is tried before anything is
            // committed.
            TripStatus::Pending => (next_to_book(trip), BOOKING_STEP + COMPENSATING_STEP),
            TripStatus::Compensating | TripStatus::Cancelling => {
                (next_to_undo(trip), COMPENSATING_STEP)
            }
            TripStatus::Confirmed | TripStatus::Failed | TripStatus::Cancelled => return None,
        };
        let since = trip.state().updated_at;
        // Who goes on begins with fresh retries.
        let begun = run.as_ref().map_or(since, |run| run.at.max(since));
        let waited = now.as_millis().saturating_sub(begun.as_millis());
        let gave_up = run.and_then(GaveUp::of);
        let stalled = gave_up.is_some() || waited > (longest + MARGIN) * 1_000;
        Some(Self { waits_for, since, stalled, gave_up })
    }
}

impl GaveUp {
    fn of(run: Run) -> Option<Self> {
        (!run.is_under_way()).then_some(Self { at: run.at, error: run.error })
    }
}

fn next_to_book(trip: &Trip) -> Step {
    if trip.state().flight.is_none() {
        Step::ReserveFlight
    } else if trip.state().hotel.is_none() {
        Step::ReserveHotel
    } else {
        Step::ProcessPayment
    }
}

/// Payment, hotel, flight: the first of them that is held or whose outcome is unknown. The outcome
/// is unknown if the member before it is held and it has recorded nothing itself.
fn next_to_undo(trip: &Trip) -> Step {
    let payment_is_unknown = trip.state().payment.is_none() && trip.holds_hotel();
    let hotel_is_unknown = trip.state().hotel.is_none() && trip.holds_flight();
    if trip.holds_payment() || payment_is_unknown {
        Step::RefundPayment
    } else if trip.holds_hotel() || hotel_is_unknown {
        Step::CancelHotel
    } else {
        Step::CancelFlight
    }
}

#[cfg(test)]
mod tests;
