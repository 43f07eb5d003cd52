//! A compensation that meets what it undoes: in every order of their calls, one of the two wins.

use bed::{Bed, settled};
use saga::Operation;
use saga::Operation::{FlightReserve, HotelReserve, PaymentProcess, PaymentRefund};

use super::{Race, ends, tasks};
use crate::faults::saga::steps::{
    BOOKING, CHAIN, Payload, before, by_customer, by_operator, chain_from, payload,
};
use crate::faults::schedules;

/// A reservation that was given up goes on while the booking's own compensation runs. Whoever
/// commits first decides: the reservation was told and is taken back, or it is refused and nobody
/// hears of it. Nothing is held.
#[tokio::test(flavor = "multi_thread")]
async fn fault_50_a_reservation_that_meets_its_compensation_ends_released() {
    let (bed, mut count) = (Bed::new().await, 0);
    for (name, step, expected) in [
        (
            "flight",
            FlightReserve,
            [
                "RESERVED CANCELLED | FAILED CANCELLED - - \
                 | flight.reserved flight.cancelled trip.failed | ",
                "TripClosed CANCELLED | FAILED CANCELLED - - | trip.failed | ",
            ],
        ),
        (
            "hotel",
            HotelReserve,
            [
                "RESERVED CANCELLED | FAILED CANCELLED CANCELLED - \
                 | flight.reserved hotel.reserved hotel.cancelled flight.cancelled trip.failed | ",
                "TripClosed CANCELLED | FAILED CANCELLED CANCELLED - \
                 | flight.reserved flight.cancelled trip.failed | ",
            ],
        ),
    ] {
        count += check(&bed, given_up(name, step), &expected).await;
    }
    settled(&bed).await;
    schedules(50, count);
}

/// The payment's commit is the pivot: before it the charge is voided or refunded, after it the
/// refund is refused and the trip stays confirmed, with everything held.
#[tokio::test(flavor = "multi_thread")]
async fn fault_50_a_payment_that_meets_its_refund_is_confirmed_or_refunded() {
    let bed = Bed::new().await;
    let race = given_up("payment", PaymentProcess);
    schedules(50, check(&bed, race, &PAID_OR_REFUNDED).await);
    settled(&bed).await;
}

const PAID_OR_REFUNDED: [&str; 3] = [
    "CAPTURED TripAlreadyConfirmed | CONFIRMED CONFIRMED CONFIRMED CAPTURED \
     | flight.reserved hotel.reserved payment.captured trip.confirmed | flight hotel payment",
    "TripClosed REFUNDED | FAILED CANCELLED CANCELLED REFUNDED \
     | flight.reserved hotel.reserved hotel.cancelled flight.cancelled trip.failed | ",
    "TripClosed REFUNDED | FAILED CANCELLED CANCELLED REFUNDED \
     | flight.reserved hotel.reserved payment.refunded hotel.cancelled flight.cancelled trip.failed | ",
];

/// An operator ends a booking that only looks stuck: its saga reserves or charges at the same time.
#[tokio::test(flavor = "multi_thread")]
async fn fault_50_a_saga_that_meets_an_operators_chain_ends_released_or_confirmed() {
    let bed = Bed::new().await;
    let hotel = [
        "RESERVED REFUNDED | FAILED CANCELLED CANCELLED REFUNDED \
         | flight.reserved hotel.reserved hotel.cancelled flight.cancelled trip.failed | ",
        "TripClosed REFUNDED | FAILED CANCELLED CANCELLED REFUNDED \
         | flight.reserved flight.cancelled trip.failed | ",
    ];
    let met_in = |name, step| against_chain(name, before(step), step, by_operator);
    let count = check(&bed, met_in("hotel", HotelReserve), &hotel).await
        + check(&bed, met_in("payment", PaymentProcess), &PAID_OR_REFUNDED).await;
    settled(&bed).await;
    schedules(50, count);
}

/// The customer cancels a confirmed trip while a late attempt of its payment is still under way.
#[tokio::test(flavor = "multi_thread")]
async fn fault_50_a_late_payment_that_meets_a_cancellation_charges_nobody_again() {
    let bed = Bed::new().await;
    let events = "flight.reserved hotel.reserved payment.captured trip.confirmed \
                  payment.refunded hotel.cancelled flight.cancelled trip.cancelled";
    let end = |answer| {
        format!("{answer} REFUNDED | CANCELLED CANCELLED CANCELLED REFUNDED | {events} | ")
    };
    let race = against_chain("late", BOOKING.to_vec(), PaymentProcess, by_customer);
    let count = check(&bed, race, &["CAPTURED", "REFUNDED"].map(end)).await;
    settled(&bed).await;
    schedules(50, count);
}

/// A step that the booking itself gave up.
fn given_up(name: &'static str, step: Operation) -> Race {
    let chain = chain_from(step);
    let steps = [(step, payload as _), (chain[0], payload as _)];
    Race { name, after: before(step), steps, rest: tasks(&chain, payload) }
}

/// A step of the booking, and a compensation chain that somebody else started.
fn against_chain(
    name: &'static str,
    after: Vec<Operation>,
    step: Operation,
    chain: Payload,
) -> Race {
    let steps = [(step, payload as _), (PaymentRefund, chain)];
    Race { name, after, steps, rest: tasks(&CHAIN, chain) }
}

/// Runs a race, whose ends must be exactly these. How many orders there were.
async fn check(bed: &Bed, race: Race, expected: &[impl AsRef<str>]) -> usize {
    let met = race.run(bed).await;
    let expected: Vec<&str> = expected.iter().map(AsRef::as_ref).collect();
    assert_eq!(ends(bed, &met).await, expected, "{}", race.name);
    met.len()
}
