//! How a trip may end, when things go wrong that were not part of its plan.

use std::collections::BTreeSet;

use cli::demo::{Booking, Outcome, Plan, PlannedTrip};
use domain::{ErrorCode, TripId, TripStatus};

use crate::settled::Trips;

/// Every planned trip as a booking that had to end as planned, or the way it did, where that may
/// be.
pub(super) fn bookings(plan: &Plan, cancelled: &BTreeSet<TripId>, trips: &Trips) -> Vec<Booking> {
    let booking = |trip: &PlannedTrip| {
        let planned = planned(trip, cancelled.contains(&trip.id));
        let ended = trips.get(&trip.id).map(Outcome::of);
        let expected = ended.filter(|ended| may_end(planned, *ended)).unwrap_or(planned);
        Booking { trip_id: trip.id.clone(), customer: trip.customer.clone(), expected }
    };
    plan.trips.iter().map(booking).collect()
}

/// A cancellation that was not accepted cancels nothing.
fn planned(trip: &PlannedTrip, is_cancelled: bool) -> Outcome {
    match trip.expected.status {
        TripStatus::Cancelled if !is_cancelled => {
            Outcome { status: TripStatus::Confirmed, ..trip.expected }
        }
        _ => trip.expected,
    }
}

/// A booking may fail over what went wrong; it never succeeds where its suppliers refuse, and a
/// cancellation that was accepted is not forgotten.
fn may_end(planned: Outcome, ended: Outcome) -> bool {
    let is_over_a_fault = ended.status == TripStatus::Failed
        && ended.failure_code.is_some_and(|code| {
            code.is_transient()
                || [ErrorCode::OutcomeUnknown, ErrorCode::InternalError].contains(&code)
        });
    ended == planned || (is_over_a_fault && planned.status != TripStatus::Cancelled)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outcome(status: TripStatus, failure_code: Option<ErrorCode>) -> Outcome {
        Outcome { status, failure_code }
    }

    #[test]
    fn a_trip_ends_as_planned_or_over_a_fault_and_not_better() {
        let confirmed = outcome(TripStatus::Confirmed, None);
        let cancelled = outcome(TripStatus::Cancelled, None);
        let declined = outcome(TripStatus::Failed, Some(ErrorCode::PaymentDeclined));
        let unknown = outcome(TripStatus::Failed, Some(ErrorCode::OutcomeUnknown));
        for (planned, ended, expected) in [
            (confirmed, confirmed, true),
            (confirmed, unknown, true),
            (declined, unknown, true),
            (confirmed, declined, false),
            (declined, confirmed, false),
            (confirmed, cancelled, false),
            (cancelled, confirmed, false),
            (cancelled, unknown, false),
        ] {
            assert_eq!(may_end(planned, ended), expected, "{planned} {ended}");
        }
    }
}
