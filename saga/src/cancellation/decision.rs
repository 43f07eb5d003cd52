//! The decision on a cancellation: it depends on the trip's status and on the caller.

use domain::{ErrorCode, Failure, Trip, TripStatus};
use lambda_kit::http::{Caller, Problem};

/// Seconds after which a pending trip may be confirmed.
const BOOKING_TAKES: u32 = 1;

/// What to do about a cancellation that is accepted.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Decision<'a> {
    /// Let the compensation chain of this trip run.
    Run(&'a Trip),
    /// The compensation chain has done its work.
    Over,
}

/// Decides on a cancellation of `trip`.
///
/// # Errors
/// `TripNotFound` if there is no trip, or it is another customer's, so that nobody learns that it
/// exists; `TripNotConfirmed` for a trip that is not booked.
pub(super) fn decide<'a>(trip: Option<&'a Trip>, caller: &Caller) -> Result<Decision<'a>, Problem> {
    let visible = trip.filter(|trip| caller.may_see(&trip.state().customer_id));
    let trip = visible.ok_or_else(not_found)?;
    let status = trip.state().status;
    match status {
        TripStatus::Confirmed | TripStatus::Cancelling => Ok(Decision::Run(trip)),
        TripStatus::Cancelled => Ok(Decision::Over),
        TripStatus::Pending => Err(not_confirmed(status).retry_after(BOOKING_TAKES)),
        // Waiting does not help: the booking fails.
        TripStatus::Compensating | TripStatus::Failed => Err(not_confirmed(status)),
    }
}

fn not_found() -> Problem {
    Failure::new(ErrorCode::TripNotFound, "no such trip").into()
}

fn not_confirmed(status: TripStatus) -> Problem {
    let detail = format!("the trip is {status}; only a confirmed trip can be cancelled");
    Failure::new(ErrorCode::TripNotConfirmed, detail).into()
}

#[cfg(test)]
mod tests {
    use domain::CustomerId;
    use rstest::rstest;

    use super::*;
    use crate::testing;

    fn caller(id: &str, is_operator: bool) -> Caller {
        Caller { id: CustomerId::parse(id).unwrap(), is_operator }
    }

    #[test]
    fn a_confirmed_trip_is_cancelled_for_its_customer_and_for_an_operator() {
        let trip = testing::trip(TripStatus::Confirmed);
        for caller in [caller("alice", false), caller("operator", true)] {
            assert_eq!(decide(Some(&trip), &caller), Ok(Decision::Run(&trip)));
        }
    }

    #[test]
    fn asking_again_is_accepted_again() {
        let [cancelling, cancelled] =
            [TripStatus::Cancelling, TripStatus::Cancelled].map(testing::trip);
        let alice = caller("alice", false);
        assert_eq!(decide(Some(&cancelling), &alice), Ok(Decision::Run(&cancelling)));
        assert_eq!(decide(Some(&cancelled), &alice), Ok(Decision::Over));
    }

    #[rstest]
    #[case(TripStatus::Pending, Some(1))]
    #[case(TripStatus::Compensating, None)]
    #[case(TripStatus::Failed, None)]
    fn only_a_pending_trip_is_worth_waiting_for(
        #[case] status: TripStatus,
        #[case] retry_after: Option<u32>,
    ) {
        let trip = testing::trip(status);
        let problem = decide(Some(&trip), &caller("alice", false)).unwrap_err();
        assert_eq!((problem.status, problem.code), (409, ErrorCode::TripNotConfirmed));
        assert_eq!(problem.retry_after, retry_after);
    }

    #[test]
    fn another_customers_trip_looks_like_an_unknown_one() {
        let trip = testing::trip(TripStatus::Confirmed);
        let stranger = caller("bob", false);
        let problem = decide(Some(&trip), &stranger).unwrap_err();
        assert_eq!(problem.code, ErrorCode::TripNotFound);
        assert_eq!(decide(None, &stranger), Err(problem));
    }
}
