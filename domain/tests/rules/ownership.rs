//! One saga owns a trip, and one customer.

use domain::ErrorCode;
use domain::command::Reason::{Cancellation, Operator};
use rstest::rstest;

use super::support::Do::{self, *};
use super::support::{claim_of, details, give_as, given, refused, unknown};

const SAGA: &str = "trip-0001@2026-03-01T00:00:00Z";

#[rstest]
#[case::pending(&[ReserveFlight, ReserveHotel])]
#[case::compensating(&[ReserveFlight, HotelRefused])]
#[case::failed(&[FlightRefused])]
#[case::confirmed(&[ReserveFlight, ReserveHotel, Pay])]
fn another_saga_or_customer_changes_nothing(#[case] history: &[Do]) {
    let trip = given(history);
    let strangers =
        [claim_of("trip-0001@2026-04-01T00:00:00Z", "customer-1"), claim_of(SAGA, "customer-2")];
    for claim in strangers {
        for command in every_command() {
            let ended = give_as(trip.as_ref(), &command, claim.clone(), details());
            assert_eq!(refused(&ended), ErrorCode::TripConflict, "{command:?} by {claim:?}");
        }
    }
}

fn every_command() -> Vec<Do> {
    let mut commands = vec![ReserveFlight, ReserveHotel, Pay];
    for reason in [unknown(), Operator, Cancellation] {
        commands.extend([
            Refund(reason.clone()),
            CancelHotel(reason.clone()),
            CancelFlight(reason),
        ]);
    }
    commands
}
