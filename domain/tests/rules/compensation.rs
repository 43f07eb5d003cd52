//! The way back: compensations of a booking, of a confirmed trip, and of nothing at all.

use domain::command::CancelFlight;
use domain::command::Reason::{self, Cancellation, Operator};
use domain::event::Fact;
use domain::{Asked, Command, ErrorCode, Failure, Plan, TicketTime, Trip, TripState};
use rstest::rstest;

use super::support::Do::{self, *};
use super::support::{
    Ended, assert_commits, at, claim, committed, details, give, given, refused, unknown,
};

const BOOKED: [Do; 3] = [ReserveFlight, ReserveHotel, Pay];
const DECLINED: [Do; 3] = [ReserveFlight, ReserveHotel, PayDeclined];

#[rstest]
#[case::hotel(&DECLINED, CancelHotel(unknown()), "COMPENSATING RESERVED CANCELLED DECLINED", &["hotel.cancelled.v1"])]
#[case::flight_after_refused_hotel(&[ReserveFlight, HotelRefused], CancelFlight(unknown()), "FAILED CANCELLED REJECTED -", &["flight.cancelled.v1", "trip.failed.v1"])]
#[case::hotel_never_recorded(&[ReserveFlight], CancelHotel(unknown()), "COMPENSATING RESERVED CANCELLED -", &[])]
#[case::payment_never_made(&[ReserveFlight, ReserveHotel], Void(unknown()), "COMPENSATING RESERVED RESERVED REFUNDED", &[])]
#[case::payment_found_at_the_provider(&[ReserveFlight, ReserveHotel], Refund(unknown()), "COMPENSATING RESERVED RESERVED REFUNDED", &["payment.refunded.v1"])]
#[case::operators_tombstone(&[], CancelFlight(Operator), "FAILED CANCELLED - -", &["trip.failed.v1"])]
#[case::tombstone(&[], CancelFlight(unknown()), "FAILED CANCELLED - -", &["trip.failed.v1"])]
#[case::operator(&[ReserveFlight], CancelFlight(Operator), "FAILED CANCELLED - -", &["flight.cancelled.v1", "trip.failed.v1"])]
#[case::cancellation_begins(&BOOKED, Refund(Cancellation), "CANCELLING CONFIRMED CONFIRMED REFUNDED", &["payment.refunded.v1"])]
fn each_compensation_commits_its_state_with_its_events(
    #[case] history: &[Do],
    #[case] command: Do,
    #[case] picture: &str,
    #[case] events: &[&str],
) {
    assert_commits(history, &command, picture, events);
}

#[test]
fn a_cancelled_trip_holds_nothing_and_says_so_last() {
    let trip =
        given(&[ReserveFlight, ReserveHotel, Pay, Refund(Cancellation), CancelHotel(Cancellation)]);
    let (picture, events) = committed(give(trip.as_ref(), &CancelFlight(Cancellation)));
    assert_eq!(picture, "CANCELLED CANCELLED CANCELLED REFUNDED");
    assert_eq!(events, ["flight.cancelled.v1", "trip.cancelled.v1"]);
}

#[test]
fn the_version_in_which_a_trip_was_confirmed_stays_known_while_it_is_cancelled() {
    let confirmed = given(&BOOKED).unwrap().state().version;
    let chain = [Refund(Cancellation), CancelHotel(Cancellation), CancelFlight(Cancellation)];
    for steps in 0..=chain.len() {
        let trip = given(&[&BOOKED[..], &chain[..steps]].concat()).unwrap();
        assert_eq!(trip.confirmed_version(), confirmed, "{:?}", trip.state().status);
    }
}

#[rstest]
#[case::flight(|trip: &mut TripState| (trip.hotel, trip.payment) = (None, None))]
#[case::hotel(|trip: &mut TripState| (trip.flight, trip.payment) = (None, None))]
#[case::payment(|trip: &mut TripState| (trip.flight, trip.hotel) = (None, None))]
fn a_trip_holds_something_while_one_member_is_held(#[case] leave_one: fn(&mut TripState)) {
    let mut state = TripState::clone(given(&BOOKED).unwrap().state());
    leave_one(&mut state);
    assert!(Trip::restore(state).holds_anything());
}

#[rstest]
#[case(&[ReserveFlight, ReserveHotel], unknown())]
#[case(&[ReserveFlight, ReserveHotel, PayDeclined], unknown())]
#[case(&BOOKED, Cancellation)]
fn the_last_compensation_waits_for_the_others(
    #[case] history: &[Do],
    #[case] reason: domain::command::Reason,
) {
    let trip = given(history);
    let ended = give(trip.as_ref(), &CancelFlight(reason));
    assert_eq!(refused(&ended), ErrorCode::CompensationIncomplete);
}

#[rstest]
#[case(&BOOKED)]
#[case(&[ReserveFlight, ReserveHotel, Pay, Refund(Cancellation)])]
fn after_the_payment_a_booking_only_goes_forward(#[case] history: &[Do]) {
    let trip = given(history);
    for reason in [unknown(), Operator] {
        for command in [Refund(reason.clone()), CancelHotel(reason.clone()), CancelFlight(reason)] {
            let ended = give(trip.as_ref(), &command);
            assert_eq!(refused(&ended), ErrorCode::TripAlreadyConfirmed, "{command:?}");
        }
    }
}

#[rstest]
#[case(&[ReserveFlight])]
#[case(&[ReserveFlight, HotelRefused])]
#[case(&[FlightRefused])]
fn only_a_confirmed_trip_can_be_cancelled(#[case] history: &[Do]) {
    let trip = given(history);
    for command in [Refund(Cancellation), CancelHotel(Cancellation), CancelFlight(Cancellation)] {
        assert_eq!(refused(&give(trip.as_ref(), &command)), ErrorCode::TripNotConfirmed);
    }
}

#[test]
fn nobody_cancels_a_trip_that_was_never_written() {
    for command in [Void(Cancellation), CancelHotel(Cancellation), CancelFlight(Cancellation)] {
        assert_eq!(refused(&give(None, &command)), ErrorCode::TripNotFound);
    }
}

#[rstest]
#[case::request_that_breaks_a_rule(Asked::Refused(TicketTime::parse("2026-03-01T10:00").ok()))]
#[case::nothing_known(Asked::Refused(None))]
fn a_booking_closes_a_trip_that_was_never_written_and_an_operator_needs_its_request(
    #[case] asked: Asked,
) {
    let undo = |reason| CancelFlight { claim: claim(), reason, asked: asked.clone() };
    let refusal = undo(Operator).plan(None, at(0)).unwrap_err();
    assert_eq!(refusal.code, ErrorCode::TripNotFound);
    let Ok(Plan::First(tombstone)) = undo(unknown()).plan(None, at(0)) else {
        panic!("the booking closes its own trip");
    };
    assert_eq!(tombstone.trip.state().asked, asked);
}

#[rstest]
#[case(unknown())]
#[case(Operator)]
fn a_tombstone_has_the_details_of_the_request(#[case] reason: Reason) {
    let Ended::Committed(change) = give(None, &Do::CancelFlight(reason)) else {
        panic!("a trip that was never written is closed");
    };
    assert_eq!(change.trip.state().details(), Some(&details()));
}

#[rstest]
#[case(&[ReserveFlight, ReserveHotel, Void(unknown())], Refund(unknown()))]
#[case(&[ReserveFlight, ReserveHotel, PayDeclined], Refund(unknown()))]
#[case(&[ReserveFlight, CancelHotel(unknown())], CancelHotel(unknown()))]
#[case(&[ReserveFlight, CancelFlight(unknown())], CancelFlight(unknown()))]
#[case(&[FlightRefused], CancelFlight(unknown()))]
#[case(&[FlightRefused], Refund(Operator))]
#[case(&[CancelFlight(unknown())], CancelFlight(unknown()))]
fn a_repeated_compensation_writes_nothing(#[case] history: &[Do], #[case] command: Do) {
    let trip = given(history);
    assert!(matches!(give(trip.as_ref(), &command), Ended::Repeated));
}

#[test]
fn a_refund_without_a_recorded_capture_says_so() {
    let trip = given(&[ReserveFlight, ReserveHotel]);
    let Ended::Committed(change) = give(trip.as_ref(), &Refund(unknown())) else {
        panic!("a pending trip can be compensated");
    };
    let fact = &change.events[0].fact;
    assert!(matches!(fact, Fact::PaymentRefunded { capture_recorded: false, .. }), "{fact:?}");
}

#[test]
fn the_first_failure_explains_the_trip() {
    let trip = given(&[ReserveFlight, HotelRefused, CancelFlight(unknown())]).unwrap();
    let failure = Failure::new(ErrorCode::HotelUnavailable, "full");
    assert_eq!(trip.state().failure, Some(failure));
}
