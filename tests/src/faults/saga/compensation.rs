//! Compensations that fail for long: the execution fails at that very task, and redrive completes
//! it.

use bed::{Point, settled};
use domain::TripStatus;
use saga::Operation;
use saga::Operation::{FlightCancel, HotelCancel, PaymentRefund};
use state_machine::{RedriveStatus, Status};

use super::machines::{Machines, Strike};
use crate::faults::schedules;

const COMPENSATIONS: [(Operation, &str); 3] = [
    (PaymentRefund, "RefundPayment"),
    (HotelCancel, "CancelHotel"),
    (FlightCancel, "CancelFlight"),
];

/// How a compensation fails, and how often it is tried before the execution fails: an error that is
/// not known to pass is not tried again.
const FAILURES: [(Strike, usize); 3] = [
    (Strike::Fail(Point::Before, "SupplierUnavailable"), 13),
    (Strike::Fail(Point::After, "Lambda.Unknown"), 13),
    (Strike::Fail(Point::After, "InternalError"), 1),
];

const FAILED: &str = "FAILED CANCELLED CANCELLED REFUNDED \
                      | flight.reserved hotel.reserved hotel.cancelled flight.cancelled trip.failed | ";
const CANCELLED: &str = "CANCELLED CANCELLED CANCELLED REFUNDED \
                         | flight.reserved hotel.reserved payment.captured trip.confirmed \
                         payment.refunded hotel.cancelled flight.cancelled trip.cancelled | ";

/// Runs the execution until it fails in `state` after so many attempts, which an operator sees as
/// open work; then the failure is over, and a redrive runs it to its end.
async fn stuck_and_redriven(
    machines: &Machines,
    arn: &str,
    (step, state): (Operation, &str),
    attempts: usize,
    trip: &str,
) {
    let stuck = machines.end(arn).await;
    assert_eq!(stuck.summary.status, Status::Failed, "{trip}");
    assert_eq!(stuck.redrive_status, RedriveStatus::Redrivable, "{trip}");
    assert_eq!(machines.visited(arn).await.last().map(String::as_str), Some(state), "{trip}");
    assert_eq!(machines.invocations.count(step, trip), attempts, "{trip}");
    machines.runner.redrive(arn, None).await.unwrap();
    machines.end(arn).await;
    assert_eq!(machines.invocations.count(step, trip), attempts + 1, "{trip}");
}

/// Every compensation of the execution that `start` brings about, failing in every way. The trip
/// ends like that.
async fn each_is_stuck_and_redriven(
    start: impl AsyncFn(&Machines, &str) -> String,
    expected: &str,
) {
    let machines = Machines::new().await;
    let mut cases = 0;
    for compensation in COMPENSATIONS {
        for (failure, attempts) in &FAILURES {
            let trip = format!("trip-{cases}");
            machines.invocations.strike_next(*attempts, compensation.0, &trip, failure);
            let arn = start(&machines, &trip).await;
            stuck_and_redriven(&machines, &arn, compensation, *attempts, &trip).await;
            assert_eq!(machines.picture(&trip).await, expected, "{compensation:?} {failure:?}");
            cases += 1;
        }
    }
    settled(&machines.bed).await;
    schedules(51, cases);
}

/// Every compensation of a booking, failing in every way, before its effect and after it.
#[tokio::test(flavor = "multi_thread")]
async fn fault_51_a_bookings_compensation_that_keeps_failing_fails_there_and_is_redriven() {
    each_is_stuck_and_redriven(Machines::book_in_vain, FAILED).await;
}

/// The same of a customer's cancellation.
#[tokio::test(flavor = "multi_thread")]
async fn fault_51_a_cancellation_that_keeps_failing_fails_there_and_is_redriven() {
    each_is_stuck_and_redriven(Machines::book_and_cancel, CANCELLED).await;
}

/// A trip whose compensation is stuck stands in the index of open work, where operators look.
#[tokio::test(flavor = "multi_thread")]
async fn fault_51_a_stuck_compensation_is_seen_as_open_work_until_it_is_redriven() {
    let machines = Machines::new().await;
    machines.lose(HotelCancel, "stuck");
    let arn = machines.book_in_vain("stuck").await;
    machines.end(&arn).await;
    let open = machines.bed.outbox().open_counts().await.unwrap();
    assert_eq!(open.trips, [(TripStatus::Compensating, 1)].into());
    machines.runner.redrive(&arn, None).await.unwrap();
    machines.end(&arn).await;
    let open = machines.bed.outbox().open_counts().await.unwrap();
    assert_eq!(open.trips, [].into());
    settled(&machines.bed).await;
}
