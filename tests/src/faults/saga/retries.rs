//! Errors that Lambda, the database or a supplier gives for a while: tried again, and then caught.

use std::time::Duration;

use bed::{Point, settled};
use saga::Operation;
use saga::Operation::{FlightReserve, HotelReserve, PaymentProcess};
use testing::RETRIED;

use super::machines::{Machines, Strike};
use super::steps::{BOOKING, CHAIN};
use crate::faults::schedules;

/// The longest wait before each retry of a booking step, in seconds, and of a compensation.
const BOOKING_WAITS: [u64; 3] = [1, 2, 4];
const COMPENSATION_WAITS: [u64; 12] = [1, 2, 4, 8, 16, 32, 60, 60, 60, 60, 60, 60];

/// What Lambda answers when too many functions are running. A compensation waits it out longer.
const THROTTLED: &str = "Lambda.TooManyRequestsException";
const THROTTLED_WAITS: [u64; 30] = {
    let mut waits = [60; 30];
    (waits[0], waits[1], waits[2], waits[3]) = (5, 10, 20, 40);
    waits
};

const BOOKED: &str = "CONFIRMED CONFIRMED CONFIRMED CAPTURED \
                      | flight.reserved hotel.reserved payment.captured trip.confirmed \
                      | flight hotel payment";

/// Full jitter: each wait lies between nothing and its longest.
#[track_caller]
fn assert_waits(machines: &Machines, longest: &[u64], case: &str) {
    let waited = machines.waits.take();
    assert_eq!(waited.len(), longest.len(), "{case}: {waited:?}");
    let longest = longest.iter().map(|seconds| Duration::from_secs(*seconds));
    assert!(waited.iter().zip(longest).all(|(wait, most)| *wait <= most), "{case}: {waited:?}");
}

/// Asserts that the trip has ended like this, after as many tries of `step` as there are waits, and
/// one.
async fn assert_tried(
    machines: &Machines,
    trip: &str,
    step: Operation,
    ended: &str,
    waits: &[u64],
    name: &str,
) {
    let case = format!("{step} {name} {trip}");
    assert_eq!(machines.picture(trip).await, ended, "{case}");
    assert_eq!(machines.invocations.count(step, trip), waits.len() + 1, "{case}");
    assert_waits(machines, waits, &case);
}

/// Each name, by each booking step in turn, three times: also where the function had done its work,
/// the fourth attempt books the trip, once.
#[tokio::test(flavor = "multi_thread")]
async fn fault_53_what_fails_for_a_while_is_tried_again_until_it_serves() {
    let machines = Machines::new().await;
    for (number, name) in RETRIED.into_iter().enumerate() {
        for point in [Point::Before, Point::After] {
            let (trip, step) = (format!("{number}-{point:?}"), BOOKING[number % 3]);
            let strike = Strike::Fail(point, name);
            machines.invocations.strike_next(3, step, &trip, &strike);
            let arn = machines.book(&trip).await;
            machines.end(&arn).await;
            assert_tried(&machines, &trip, step, BOOKED, &BOOKING_WAITS, name).await;
        }
    }
    settled(&machines.bed).await;
    schedules(53, 2 * RETRIED.len());
}

/// Each name, by each booking step in turn, at every attempt: after the fourth it is caught, and
/// the step itself is compensated.
#[tokio::test(flavor = "multi_thread")]
async fn fault_53_what_keeps_failing_is_caught_and_undone() {
    let machines = Machines::new().await;
    for (number, name) in RETRIED.into_iter().enumerate() {
        let (trip, step) = (format!("{number}"), BOOKING[number % 3]);
        let strike = Strike::Fail(Point::Before, name);
        machines.invocations.strike_next(usize::MAX, step, &trip, &strike);
        let arn = machines.book(&trip).await;
        assert_eq!(machines.end(&arn).await.error.as_deref(), Some("BookingFailed"), "{name}");
        assert_tried(&machines, &trip, step, undone(step), &BOOKING_WAITS, name).await;
    }
    settled(&machines.bed).await;
    schedules(53, RETRIED.len());
}

/// A trip of which `step` never did anything.
fn undone(step: Operation) -> &'static str {
    match step {
        FlightReserve => "FAILED CANCELLED - - | trip.failed | ",
        HotelReserve => {
            "FAILED CANCELLED CANCELLED - | flight.reserved flight.cancelled trip.failed | "
        }
        _ => {
            "FAILED CANCELLED CANCELLED REFUNDED \
             | flight.reserved hotel.reserved hotel.cancelled flight.cancelled trip.failed | "
        }
    }
}

/// Each name, by each compensation in turn, twelve times: the thirteenth attempt releases, once.
/// Invocations that Lambda refuses are tried thirty times more.
#[tokio::test(flavor = "multi_thread")]
async fn fault_53_a_compensation_is_tried_thirteen_times() {
    let machines = Machines::new().await;
    for (number, name) in RETRIED.into_iter().enumerate() {
        let waits = if name == THROTTLED { &THROTTLED_WAITS[..] } else { &COMPENSATION_WAITS[..] };
        let (trip, step) = (format!("{number}"), CHAIN[number % 3]);
        let strike = Strike::Fail([Point::Before, Point::After][number % 2], name);
        machines.invocations.strike_next(waits.len(), step, &trip, &strike);
        let arn = machines.book_in_vain(&trip).await;
        assert_eq!(machines.end(&arn).await.error.as_deref(), Some("BookingFailed"), "{name}");
        let ended = undone(PaymentProcess);
        assert_tried(&machines, &trip, step, ended, waits, name).await;
    }
    settled(&machines.bed).await;
    schedules(53, RETRIED.len());
}
