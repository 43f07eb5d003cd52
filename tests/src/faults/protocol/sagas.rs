//! Commands against each other, and against functions that nobody waits for any more.

use saga::Operation::{FlightReserve, HotelReserve};

use super::play;
use crate::model::reached as so;
use crate::model::{Kind, Scenario, Starts};

/// A booking gives its flight up and compensates before the trip was ever written: a tombstone
/// stands, and the reservation that comes then is released and refused.
#[test]
fn fault_47_a_reservation_that_comes_after_its_cancellation_meets_a_tombstone() {
    let booking = Scenario::bookings("cancel before reserve", 1).unknown_outcomes(2).reaches(&[
        so::TOMBSTONE,
        so::MEETS_TOMBSTONE,
        so::LATE_EFFECT,
    ]);
    play(47, &booking);
}

/// Attempts of one step overlap each other and their own compensation; suppliers refuse; commits
/// and answers are lost. The trip ends confirmed with everything held, or failed with nothing.
#[test]
fn fault_50_a_booking_ends_with_all_or_nothing_however_its_attempts_overlap() {
    let booking = Scenario::bookings("a booking against itself", 1)
        .refusals()
        .unknown_outcomes(3)
        .reaches(&[so::CONFIRMED, so::FAILED, so::LOST_RACE, so::TOO_LATE, so::LATE_EFFECT])
        .reaches(&[so::TWO_ATTEMPTS, so::ALREADY_CONFIRMED, so::UNRECORDED_CHARGE]);
    play(50, &booking);
}

/// An operator ends a booking that runs, or whose execution was aborted, or that was confirmed in
/// the meantime. One of the two wins.
#[test]
fn fault_50_an_operators_compensation_and_a_running_booking_end_in_one_state() {
    let operator = Scenario::bookings("booking against operator", 1)
        .with(Kind::Operator, Starts::OnceWritten)
        .refusals()
        .aborts()
        .unknown_outcomes(1)
        .reaches(&[so::CONFIRMED, so::FAILED, so::LOST_RACE, so::TOO_LATE, so::LATE_EFFECT])
        .reaches(&[so::ALREADY_CONFIRMED, so::UNRECORDED_CHARGE]);
    play(50, &operator);
}

/// A booking is aborted at any moment, the first commit not yet made among them; functions that
/// nobody waits for go on, and an operator compensates with the booking's own request.
#[test]
fn fault_78_an_operator_ends_a_booking_that_was_stopped_at_any_moment() {
    let stopped = Scenario::bookings("a stopped booking", 1)
        .with(Kind::Operator, Starts::AtAnyTime)
        .aborts()
        .unknown_outcomes(1)
        .reaches(&[so::CONFIRMED, so::FAILED, so::TOMBSTONE, so::MEETS_TOMBSTONE])
        .reaches(&[so::LATE_EFFECT, so::TOO_LATE]);
    play(78, &stopped);
}

/// The payment is committed and its reply is lost; the customer cancels while the booking still
/// tries again or compensates. The booking has succeeded, and the cancellation undoes everything.
#[test]
fn fault_50_a_cancellation_undoes_a_booking_that_does_not_know_yet_that_it_succeeded() {
    let cancellation = Scenario::bookings("booking against cancellation", 1)
        .after(&[FlightReserve, HotelReserve])
        .with(Kind::Cancellation, Starts::OnceConfirmed)
        .unknown_outcomes(3)
        .reaches(&[so::CANCELLED, so::LOST_RACE, so::LATE_EFFECT, so::TWO_ATTEMPTS])
        .reaches(&[so::ALREADY_CONFIRMED]);
    play(50, &cancellation);
}

/// A booking, its cancellation and an operator's compensation meet on one trip.
#[test]
fn fault_50_a_booking_a_cancellation_and_an_operator_on_one_trip_end_in_one_state() {
    let three = Scenario::bookings("booking, cancellation and operator", 1)
        .after(&[FlightReserve])
        .with(Kind::Cancellation, Starts::OnceConfirmed)
        .with(Kind::Operator, Starts::OnceWritten)
        .refusals()
        .unknown_outcomes(1)
        .reaches(&[so::CANCELLED, so::FAILED, so::LOST_RACE, so::TOO_LATE, so::ALREADY_CONFIRMED]);
    play(50, &three);
}

/// Two trips are paid for and cancelled at the same time, and outcomes of either become unknown.
#[test]
fn fault_50_two_trips_at_once_have_nothing_to_do_with_each_other() {
    let trips = Scenario::bookings("two trips", 2)
        .after(&[FlightReserve, HotelReserve])
        .with(Kind::Cancellation, Starts::OnceConfirmed)
        .unknown_outcomes(2)
        .reaches(&[so::CONFIRMED, so::FAILED, so::CANCELLED, so::LOST_RACE])
        .reaches(&[so::ALREADY_CONFIRMED]);
    play(50, &trips);
}

/// Another customer's saga books under the id of a trip that exists: it changes and releases
/// nothing.
#[test]
fn fault_64_a_booking_under_another_trips_id_is_turned_away() {
    let rival = Scenario::bookings("booking against a second saga", 1)
        .with_rival(Kind::Booking, Starts::OnceWritten)
        .unknown_outcomes(2)
        .reaches(&[so::CONFIRMED, so::FAILED, so::CONFLICT, so::LATE_EFFECT]);
    play(64, &rival);
}

/// Another customer's saga compensates and cancels under the id of a trip that exists.
#[test]
fn fault_64_a_compensation_under_another_trips_id_is_turned_away() {
    let rival = Scenario::bookings("booking against a second saga's compensations", 1)
        .with_rival(Kind::Operator, Starts::OnceWritten)
        .with_rival(Kind::Cancellation, Starts::OnceConfirmed)
        .unknown_outcomes(2)
        .reaches(&[so::CONFIRMED, so::FAILED, so::CONFLICT]);
    play(64, &rival);
}

/// Two sagas find no trip, and open it. The slower one is turned away before it holds anything.
#[test]
fn fault_64_the_slower_of_two_sagas_on_a_new_trip_is_turned_away() {
    let both = Scenario::bookings("two sagas on a new trip", 1)
        .with_rival(Kind::Booking, Starts::AtAnyTime)
        .refusals()
        .reaches(&[so::CONFIRMED, so::FAILED, so::SECOND]);
    play(64, &both);
}
