//! Compensations that come before what they undo.

use bed::{Bed, Gate, Point, eventually, settled};
use domain::ErrorCode;
use saga::Operation;
use saga::Operation::{FlightReserve, HotelCancel, HotelReserve, PaymentProcess, PaymentRefund};
use store::sandbox::LedgerState;

use super::machines::{Machines, Strike, picture};
use super::steps::{
    BOOKING, CHAIN, Payload, before, books, by_operator, chain_from, code, patient, payload, run,
    run_all,
};
use crate::faults::schedules;

/// How a trip ends of which this step never did anything.
const ENDS: [&str; 3] = [
    "FAILED CANCELLED - - | trip.failed | ",
    "FAILED CANCELLED CANCELLED - | flight.reserved flight.cancelled trip.failed | ",
    "FAILED CANCELLED CANCELLED REFUNDED \
     | flight.reserved hotel.reserved hotel.cancelled flight.cancelled trip.failed | ",
];

/// The compensation finds nothing and leaves a tombstone; the reservation comes after it, as often
/// as it likes, is refused each time, and its supplier holds nothing.
#[tokio::test]
async fn fault_47_a_reservation_after_its_compensation_is_refused_and_holds_nothing() {
    let bed = Bed::new().await;
    let deps = patient(&bed, bed.database.url()).await;
    for (step, end) in [FlightReserve, HotelReserve, PaymentProcess].into_iter().zip(ENDS) {
        let trip = step.handler_name().replace('.', "-");
        run_all(&deps, &before(step), &trip).await;
        run_all(&deps, &chain_from(step), &trip).await;
        let tombstone = picture(&bed, &trip).await;
        for _ in 0..2 {
            let late = run(&deps, step, payload(step, &trip)).await;
            assert_eq!(code(late), ErrorCode::TripClosed, "{step}");
        }
        assert_eq!(tombstone, end, "{step}");
        assert_eq!(picture(&bed, &trip).await, end, "{step}");
        assert!(books(&bed, &trip).await.iter().all(|row| row.state == LedgerState::Released));
    }
    settled(&bed).await;
    schedules(47, BOOKING.len());
}

/// A step that was not begun yet comes to a trip that another step's compensation, or an operator,
/// has closed: it calls its supplier for nothing but a release.
#[tokio::test]
async fn fault_47_a_step_that_was_never_begun_is_refused_once_its_trip_is_closed() {
    let bed = Bed::new().await;
    let deps = patient(&bed, bed.database.url()).await;
    let cases: [(Operation, Operation, Payload); 3] = [
        (HotelReserve, PaymentRefund, by_operator),
        (PaymentProcess, HotelCancel, payload),
        (PaymentProcess, HotelCancel, by_operator),
    ];
    for (number, (step, closing, by)) in cases.into_iter().enumerate() {
        let trip = format!("closed-{number}");
        run_all(&deps, &before(step), &trip).await;
        run(&deps, closing, by(closing, &trip)).await.unwrap();
        let closed = picture(&bed, &trip).await;
        let late = run(&deps, step, payload(step, &trip)).await;
        assert_eq!(code(late), ErrorCode::TripClosed, "{step} after {closing}");
        assert_eq!(picture(&bed, &trip).await, closed, "{step} after {closing}");
        run_all(&deps, &CHAIN, &trip).await;
    }
    settled(&bed).await;
    schedules(47, cases.len());
}

/// Every attempt of a step outlives its task's time limit. They all go on when the trip is undone
/// already: each is refused, and holds nothing.
#[tokio::test(flavor = "multi_thread")]
async fn fault_47_attempts_that_outlive_their_time_limit_are_refused() {
    let machines = Machines::new().await;
    for (step, end) in BOOKING.into_iter().zip(ENDS) {
        let trip = step.handler_name().replace('.', "-");
        let gates: Vec<Gate> = (0..4).map(|_| Gate::default()).collect();
        for gate in &gates {
            let held = Strike::Hold(Point::Before, gate.clone());
            machines.invocations.strike_next(1, step, &trip, &held);
        }
        let arn = machines.book(&trip).await;
        for gate in &gates {
            gate.reached().await;
            machines.waits.expire_one();
        }
        assert_eq!(machines.end(&arn).await.error.as_deref(), Some("BookingFailed"), "{step}");
        gates.iter().for_each(Gate::open);
        let late = eventually("four late answers", async || {
            let errors = machines.invocations.errors(step, &trip);
            (errors.len() == gates.len()).then_some(errors)
        });
        assert_eq!(late.await, ["TripClosed"; 4], "{step}");
        assert_eq!(machines.picture(&trip).await, end, "{step}");
    }
    settled(&machines.bed).await;
    schedules(47, BOOKING.len());
}
