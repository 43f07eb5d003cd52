//! Executions that somebody stops in the middle of a task, and redrives.

use bed::{Gate, Point, settled};
use saga::Operation;
use saga::Operation::PaymentProcess;
use state_machine::Status;

use super::machines::Machines;
use super::steps::{BOOKING, CHAIN};
use crate::faults::schedules;

const CONFIRMED: &str = "CONFIRMED CONFIRMED CONFIRMED CAPTURED \
                         | flight.reserved hotel.reserved payment.captured trip.confirmed \
                         | flight hotel payment";
const FAILED: &str = "FAILED CANCELLED CANCELLED REFUNDED \
                      | flight.reserved hotel.reserved hotel.cancelled flight.cancelled trip.failed | ";
const CANCELLED: &str = "CANCELLED CANCELLED CANCELLED REFUNDED \
                         | flight.reserved hotel.reserved payment.captured trip.confirmed \
                         payment.refunded hotel.cancelled flight.cancelled trip.cancelled | ";

/// Stops the execution while it stands in `step`, and redrives it. The function, which nothing
/// stops, goes on beside its second attempt.
async fn stop_and_redrive(machines: &Machines, arn: &str, gate: &Gate) {
    gate.reached().await;
    machines.runner.stop(arn).await.unwrap();
    assert_eq!(machines.end(arn).await.summary.status, Status::Aborted);
    machines.runner.redrive(arn).await.unwrap();
    gate.open();
    let ended = machines.end(arn).await;
    assert_eq!(ended.summary.redrive_count, 1);
}

const POINTS: [Point; 2] = [Point::Before, Point::After];

/// Stops and redrives the execution that `start` brings about at each of these steps, before its
/// effect and after it. The function runs twice, and the trip ends like that.
async fn redriven_at_each(
    steps: [Operation; 3],
    start: impl AsyncFn(&Machines, &str, &dyn Fn() -> Gate) -> (String, Gate),
    expected: &str,
) {
    let machines = Machines::new().await;
    for step in steps {
        for point in POINTS {
            let trip = format!("{}-{point:?}", step.handler_name().replace('.', "-"));
            let hold = || machines.hold(step, &trip, point);
            let (arn, gate) = start(&machines, &trip, &hold).await;
            stop_and_redrive(&machines, &arn, &gate).await;
            assert_eq!(machines.picture(&trip).await, expected, "{step} {point:?}");
            assert_eq!(machines.invocations.count(step, &trip), 2, "{step} {point:?}");
        }
    }
    settled(&machines.bed).await;
    schedules(54, steps.len() * POINTS.len());
}

/// Each step of a booking that goes well, before its effect and after it.
#[tokio::test(flavor = "multi_thread")]
async fn fault_54_a_booking_that_is_redriven_at_any_step_books_once() {
    let start = async |machines: &Machines, trip: &str, hold: &dyn Fn() -> Gate| {
        let gate = hold();
        (machines.book(trip).await, gate)
    };
    redriven_at_each(BOOKING, start, CONFIRMED).await;
}

/// Each compensation of a booking that comes to nothing.
#[tokio::test(flavor = "multi_thread")]
async fn fault_54_a_booking_that_is_redriven_at_any_compensation_is_undone_once() {
    let start = async |machines: &Machines, trip: &str, hold: &dyn Fn() -> Gate| {
        machines.lose(PaymentProcess, trip);
        let gate = hold();
        (machines.book(trip).await, gate)
    };
    redriven_at_each(CHAIN, start, FAILED).await;
}

/// Each step of a cancellation.
#[tokio::test(flavor = "multi_thread")]
async fn fault_54_a_cancellation_that_is_redriven_at_any_step_cancels_once() {
    let start = async |machines: &Machines, trip: &str, hold: &dyn Fn() -> Gate| {
        let booked = machines.book(trip).await;
        machines.end(&booked).await;
        let gate = hold();
        (machines.cancel(trip).await, gate)
    };
    redriven_at_each(CHAIN, start, CANCELLED).await;
}
