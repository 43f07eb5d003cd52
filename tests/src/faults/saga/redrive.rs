//! Executions that somebody stops in the middle of a task, and redrives.

use bed::{Gate, Point, settled};
use saga::Operation;
use state_machine::{Status, Stop};

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
    machines.runner.stop(arn, Stop::default()).await.unwrap();
    assert_eq!(machines.end(arn).await.summary.status, Status::Aborted);
    machines.runner.redrive(arn, None).await.unwrap();
    gate.open();
    let ended = machines.end(arn).await;
    assert_eq!(ended.summary.redrive_count, 1);
}

const POINTS: [Point; 2] = [Point::Before, Point::After];

/// Stops and redrives the execution that `start` brings about at each of these steps, before its
/// effect and after it. The function runs twice, and the trip ends like that.
async fn redriven_at_each(
    steps: [Operation; 3],
    start: impl AsyncFn(&Machines, &str) -> String,
    expected: &str,
) {
    let machines = Machines::new().await;
    for step in steps {
        for point in POINTS {
            let trip = format!("{}-{point:?}", step.handler_name().replace('.', "-"));
            let gate = machines.hold(step, &trip, point);
            let arn = start(&machines, &trip).await;
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
    redriven_at_each(BOOKING, Machines::book, CONFIRMED).await;
}

/// Each compensation of a booking that comes to nothing.
#[tokio::test(flavor = "multi_thread")]
async fn fault_54_a_booking_that_is_redriven_at_any_compensation_is_undone_once() {
    redriven_at_each(CHAIN, Machines::book_in_vain, FAILED).await;
}

/// Each step of a cancellation.
#[tokio::test(flavor = "multi_thread")]
async fn fault_54_a_cancellation_that_is_redriven_at_any_step_cancels_once() {
    redriven_at_each(CHAIN, Machines::book_and_cancel, CANCELLED).await;
}
