//! Two attempts of one step at once: Step Functions gave the first one up, and it goes on.

use bed::{Bed, settled};
use saga::Operation;
use saga::Operation::{FlightReserve, HotelCancel, HotelReserve, PaymentProcess};

use super::{Race, ends, tasks};
use crate::faults::saga::steps::{BOOKING, before, chain_from, payload};
use crate::faults::schedules;

fn twice(name: &'static str, after: Vec<Operation>, step: Operation, rest: &[Operation]) -> Race {
    let steps = [(step, payload as _), (step, payload as _)];
    Race { name, after, steps, rest: tasks(rest, payload) }
}

/// Both attempts of a reservation call the supplier, in every order of their calls. They give the
/// same answer, and the trip is booked, charged and told of once.
#[tokio::test(flavor = "multi_thread")]
async fn fault_50_two_attempts_of_a_reservation_agree_and_book_once() {
    let (bed, mut count) = (Bed::new().await, 0);
    for (name, step, status) in [
        ("flight", FlightReserve, "RESERVED"),
        ("hotel", HotelReserve, "RESERVED"),
        ("payment", PaymentProcess, "CAPTURED"),
    ] {
        let met = twice(name, before(step), step, &BOOKING[before(step).len()..]).run(&bed).await;
        let end = format!(
            "{status} {status} | CONFIRMED CONFIRMED CONFIRMED CAPTURED \
             | flight.reserved hotel.reserved payment.captured trip.confirmed | flight hotel payment"
        );
        assert_eq!(ends(&bed, &met).await, [end]);
        count += met.len();
    }
    settled(&bed).await;
    schedules(50, count);
}

/// Two attempts of a compensation, in every order of their calls, release once and tell of it once.
#[tokio::test(flavor = "multi_thread")]
async fn fault_50_two_attempts_of_a_compensation_agree_and_release_once() {
    let bed = Bed::new().await;
    let race = twice("hotel", BOOKING[..2].to_vec(), HotelCancel, &chain_from(HotelReserve));
    let met = race.run(&bed).await;
    let end = "CANCELLED CANCELLED | FAILED CANCELLED CANCELLED - \
               | flight.reserved hotel.reserved hotel.cancelled flight.cancelled trip.failed | ";
    assert_eq!(ends(&bed, &met).await, [end]);
    settled(&bed).await;
    schedules(50, met.len());
}
