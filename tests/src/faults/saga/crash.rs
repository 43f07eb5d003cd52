//! A function whose process dies: before each of its calls to the database, and after the last one.

use bed::{Bed, settled};
use futures::future::join_all;
use saga::Operation;
use saga::Operation::{FlightReserve, HotelReserve, PaymentProcess};

use super::machines::picture;
use super::races::turns::Lane;
use super::steps::{BOOKING, CHAIN, before, chain_from, patient, payload, run, run_all};
use crate::faults::schedules;

/// The calls that a reservation makes: it loads the trip, its supplier writes its books, it
/// commits. The first step writes the trip before that.
const CALLS: usize = 3;

/// Runs a step until it has made so many calls, and lets it die. Whether it came to its end before.
async fn dies_after(calls: usize, lane: &mut Lane, step: Operation, trip: &str) -> bool {
    let (deps, payload) = (lane.deps.clone(), payload(step, trip));
    let mut runner = lane.start(async move { run(&deps, step, payload).await }).await;
    for _ in 0..calls {
        runner.take_turn().await;
    }
    let has_ended = runner.has_ended();
    runner.crash();
    has_ended
}

/// Lets `step` die after each of its calls in turn, on a trip of its own for which `after` was
/// done, and then does what comes next. The trips.
async fn at_every_call(
    bed: &Bed,
    step: Operation,
    after: &[Operation],
    next: &[Operation],
) -> Vec<String> {
    let (deps, mut lane) = (patient(bed, bed.database.url()).await, Lane::of(bed).await);
    let mut trips = Vec::new();
    loop {
        let trip = format!("{}-{}", step.handler_name().replace('.', "-"), trips.len());
        run_all(&deps, after, &trip).await;
        let has_ended = dies_after(trips.len(), &mut lane, step, &trip).await;
        for step in next {
            // On a trip that is confirmed, a compensation is refused.
            let _answer = run(&deps, *step, payload(*step, &trip)).await;
        }
        trips.push(trip);
        if has_ended {
            return trips;
        }
    }
}

/// Between the supplier's call and the commit, or anywhere else: nobody knows what the step did, so
/// it is compensated too.
#[tokio::test(flavor = "multi_thread")]
async fn fault_48_a_reservation_that_dies_at_any_call_is_compensated_and_holds_nothing() {
    let (bed, mut count) = (Bed::new().await, 0);
    for (step, calls, untold, told) in [
        (
            FlightReserve,
            CALLS + 1,
            "FAILED CANCELLED - - | trip.failed | ",
            "FAILED CANCELLED - - | flight.reserved flight.cancelled trip.failed | ",
        ),
        (
            HotelReserve,
            CALLS,
            "FAILED CANCELLED CANCELLED - | flight.reserved flight.cancelled trip.failed | ",
            "FAILED CANCELLED CANCELLED - \
             | flight.reserved hotel.reserved hotel.cancelled flight.cancelled trip.failed | ",
        ),
    ] {
        let trips = at_every_call(&bed, step, &before(step), &chain_from(step)).await;
        count += trips.len();
        let ends = pictures(&bed, &trips).await;
        // Its last call is the commit: whoever dies after it had told of the reservation.
        assert_eq!(ends, [vec![untold; calls], vec![told]].concat(), "{step}");
    }
    settled(&bed).await;
    schedules(48, count);
}

/// The same of the payment: the refund finds nothing, or a charge that nobody knew of; or it finds
/// the trip confirmed, and leaves it so.
#[tokio::test(flavor = "multi_thread")]
async fn fault_48_a_payment_that_dies_at_any_call_is_refunded_or_stands() {
    let bed = Bed::new().await;
    let trips = at_every_call(&bed, PaymentProcess, &before(PaymentProcess), &CHAIN).await;
    let uncharged = "FAILED CANCELLED CANCELLED REFUNDED \
                     | flight.reserved hotel.reserved hotel.cancelled flight.cancelled trip.failed | ";
    let charged = "FAILED CANCELLED CANCELLED REFUNDED | flight.reserved hotel.reserved \
                   payment.refunded hotel.cancelled flight.cancelled trip.failed | ";
    let confirmed = "CONFIRMED CONFIRMED CONFIRMED CAPTURED \
                     | flight.reserved hotel.reserved payment.captured trip.confirmed \
                     | flight hotel payment";
    let expected = [uncharged, uncharged, charged, confirmed];
    assert_eq!(pictures(&bed, &trips).await, expected);
    settled(&bed).await;
    schedules(48, trips.len());
}

/// A compensation that dies anywhere is run again, and ends as if it had not died.
#[tokio::test(flavor = "multi_thread")]
async fn fault_51_a_compensation_that_dies_at_any_call_is_repeated_without_a_trace() {
    let (bed, mut count) = (Bed::new().await, 0);
    for reserved in [1, 2] {
        let chain = chain_from(BOOKING[reserved - 1]);
        let trips = at_every_call(&bed, chain[0], &BOOKING[..reserved], &chain).await;
        let ends = pictures(&bed, &trips).await;
        assert_eq!(ends, vec![ends[0].clone(); ends.len()], "{}", chain[0]);
        count += trips.len();
    }
    settled(&bed).await;
    schedules(51, count);
}

async fn pictures(bed: &Bed, trips: &[String]) -> Vec<String> {
    join_all(trips.iter().map(|trip| picture(bed, trip))).await
}
