//! How a trip ends, and how it must end for its request: the saga's rules, written again from
//! outside, so that the demo can detect a wrong end.

use std::fmt;

use domain::request::{Behaviour, BookingRequest, SandboxStep, Trouble};
use domain::{ErrorCode, TripStatus};
use serde::{Deserialize, Serialize};
use store::view::SearchRow;

/// How many attempts a booking step has: one, and three retries.
const ATTEMPTS: u32 = 4;

/// The end of a trip.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Outcome {
    /// Its status.
    pub status: TripStatus,
    /// Why it failed, if it did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failure_code: Option<ErrorCode>,
}

impl Outcome {
    /// The status of a trip.
    #[must_use]
    pub fn of(trip: &SearchRow) -> Self {
        Self { status: trip.status, failure_code: trip.failure_code }
    }

    /// How the trip for `request` must end; if it is booked, it may be cancelled afterwards.
    #[must_use]
    pub fn expected(request: &BookingRequest, is_cancelled: bool) -> Self {
        let failure_code = failure(request);
        let status = match (failure_code, is_cancelled) {
            (Some(_), _) => TripStatus::Failed,
            (None, true) => TripStatus::Cancelled,
            (None, false) => TripStatus::Confirmed,
        };
        Self { status, failure_code }
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.failure_code {
            Some(code) => write!(f, "{} {code}", self.status),
            None => write!(f, "{}", self.status),
        }
    }
}

/// Why the booking fails, if it does. The faults of its compensations make no difference.
fn failure(request: &BookingRequest) -> Option<ErrorCode> {
    if request.details().is_err() {
        return Some(ErrorCode::InvalidRequest);
    }
    let sandbox = request.sandbox.clone().unwrap_or_default();
    let steps = [SandboxStep::Flight, SandboxStep::Hotel, SandboxStep::Payment];
    steps.into_iter().find_map(|step| failure_of(step, sandbox.behaviour(step)?))
}

/// Why a step fails whose supplier behaves like this: a refusal is final, any other fault is
/// retried, and a fault that lasts for all attempts leaves the outcome unknown.
fn failure_of(step: SandboxStep, Behaviour { trouble, attempts }: Behaviour) -> Option<ErrorCode> {
    let lasts = attempts.is_none_or(|attempts| attempts >= ATTEMPTS);
    match trouble {
        Trouble::Refused => Some(refusal(step)),
        Trouble::Slow => None,
        Trouble::Error => lasts.then_some(ErrorCode::SupplierUnavailable),
        Trouble::Timeout | Trouble::TimeoutAfterEffect | Trouble::LateEffect => {
            lasts.then_some(ErrorCode::SupplierTimeout)
        }
    }
}

fn refusal(step: SandboxStep) -> ErrorCode {
    match step {
        SandboxStep::Flight | SandboxStep::FlightCancel => ErrorCode::FlightUnavailable,
        SandboxStep::Hotel | SandboxStep::HotelCancel => ErrorCode::HotelUnavailable,
        SandboxStep::Payment | SandboxStep::PaymentRefund => ErrorCode::PaymentDeclined,
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use serde_json::{Value, json};

    use super::*;
    use crate::demo::booking::Wish;
    use crate::demo::flights;

    fn expected(sandbox: Value, is_miscounted: bool, is_cancelled: bool) -> String {
        let flight = &flights::bundled().unwrap()[0];
        let wish = Wish { trip_id: "t", flight, nights: 1, is_miscounted, sandbox };
        let request = BookingRequest::parse(&wish.body().unwrap()).unwrap();
        Outcome::expected(&request, is_cancelled).to_string()
    }

    #[rstest]
    #[case(json!({}), "CONFIRMED")]
    #[case(json!({"flight": "unavailable"}), "FAILED FlightUnavailable")]
    #[case(json!({"hotel": "unavailable"}), "FAILED HotelUnavailable")]
    #[case(json!({"payment": "declined"}), "FAILED PaymentDeclined")]
    #[case(json!({"flight": "error"}), "FAILED SupplierUnavailable")]
    #[case(json!({"hotel": "error:3"}), "CONFIRMED")]
    #[case(json!({"hotel": "error:4"}), "FAILED SupplierUnavailable")]
    #[case(json!({"payment": "slow"}), "CONFIRMED")]
    #[case(json!({"flight": "timeout:1"}), "CONFIRMED")]
    #[case(json!({"hotel": "timeout"}), "FAILED SupplierTimeout")]
    #[case(json!({"payment": "timeout_after_effect"}), "FAILED SupplierTimeout")]
    #[case(json!({"payment": "timeout_after_effect:1"}), "CONFIRMED")]
    #[case(json!({"payment": "late_effect"}), "FAILED SupplierTimeout")]
    #[case(json!({"hotel": "unavailable", "payment": "declined"}), "FAILED HotelUnavailable")]
    #[case(json!({"hotel": "unavailable", "flight_cancel": "error:2"}), "FAILED HotelUnavailable")]
    #[case(json!({"flight_cancel": "error:2"}), "CONFIRMED")]
    fn a_trip_ends_as_its_first_lasting_trouble_says(#[case] sandbox: Value, #[case] end: &str) {
        assert_eq!(expected(sandbox, false, false), end);
    }

    #[test]
    fn a_broken_rule_comes_before_any_supplier_and_a_cancellation_after_all() {
        assert_eq!(expected(json!({"hotel": "timeout"}), true, false), "FAILED InvalidRequest");
        assert_eq!(expected(json!({}), false, true), "CANCELLED");
        assert_eq!(expected(json!({"hotel": "error"}), false, true), "FAILED SupplierUnavailable");
    }

    #[test]
    fn the_state_machine_tries_a_booking_step_as_often_as_is_counted_here() {
        let machine = include_str!("../../../saga/trip-booking.asl.json");
        let machine: Value = serde_json::from_str(machine).unwrap();
        for step in ["ReserveFlight", "ReserveHotel", "ProcessPayment"] {
            let retry = &machine["States"][step]["Retry"];
            assert_eq!(retry.as_array().map(Vec::len), Some(1));
            assert_eq!(retry[0]["MaxAttempts"], ATTEMPTS - 1, "{step}");
        }
    }
}
