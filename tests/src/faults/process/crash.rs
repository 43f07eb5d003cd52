//! A step's process crashes at each of its calls, and the step is run again by another process.

use bed::{Call, Point};
use domain::TripId;
use rstest_reuse::{apply, template};
use saga::Operation;
use serde_json::Value;

use super::kill_point::{Ending, KillPoint, Service, end_at};
use super::step::{Seen, Step};
use crate::faults::schedules;

const LOAD: &str = "TransactGetItems";
const COMMIT: &str = "TransactWriteItems";

/// A run of the step in which nothing goes wrong.
struct Healthy {
    answer: String,
    seen: Seen,
    calls: Vec<Call>,
}

impl Healthy {
    async fn run(step: &mut Step) -> Self {
        let (trip, task) = step.prepare().await;
        let earlier = step.bed.database.calls().len();
        let answer = step.sandbox.invoke(&task).await.unwrap();
        let calls = step.bed.database.calls().split_off(earlier);
        Self { answer: anonymous(&answer, &trip), seen: step.seen(&trip).await, calls }
    }

    /// Every moment of such a run, and how many of its commits have landed by then.
    fn points(&self) -> Vec<(KillPoint, usize)> {
        let all = KillPoint::all(self.calls.len(), 0).into_iter();
        all.map(|point| (point, self.committed_by(point))).collect()
    }

    fn committed_by(&self, point: KillPoint) -> usize {
        let done = match point {
            KillPoint::Call(Service::Database, number, Point::Before) => number,
            KillPoint::Call(Service::Database, number, Point::After) => number + 1,
            _ => self.calls.len(),
        };
        self.calls[..done].iter().filter(|call| call.operation == COMMIT).count()
    }

    fn commits(&self) -> usize {
        self.committed_by(KillPoint::Answer)
    }
}

/// The step, a healthy run of it, and the moments of such a run that are `chosen`: by how many of
/// its commits have landed by then, and by how many there are.
async fn prepare(
    operation: Operation,
    chosen: impl Fn(usize, usize) -> bool,
) -> (Step, Healthy, Vec<(KillPoint, usize)>) {
    let mut step = Step::new(operation).await;
    let healthy = Healthy::run(&mut step).await;
    let mut points = healthy.points();
    points.retain(|(_, commits)| chosen(*commits, healthy.commits()));
    (step, healthy, points)
}

/// Crashes at a point on a fresh trip. The trip, the step's payload, and what was seen before and
/// after.
async fn crash(step: &mut Step, point: KillPoint) -> (TripId, Value, Seen, Seen) {
    let (trip, task) = step.prepare().await;
    let before = step.seen(&trip).await;
    end_at(point, Ending::Killed, &step.bed, &step.sandbox, &task).await;
    let after = step.seen(&trip).await;
    (trip, task, before, after)
}

/// A test of each step, in the order of a booking and then of its compensation.
#[template]
#[rstest::rstest]
fn every_step(
    #[values(
        Operation::FlightReserve,
        Operation::HotelReserve,
        Operation::PaymentProcess,
        Operation::PaymentRefund,
        Operation::HotelCancel,
        Operation::FlightCancel
    )]
    operation: Operation,
) {
}

/// The process crashes at any moment before the step's commit has landed. Until a transaction lands
/// there is no state and no event of it, and the retry ends as if nothing had happened.
#[apply(every_step)]
#[tokio::test]
async fn fault_01_a_crash_before_the_transaction_leaves_nothing_and_the_retry_works(
    operation: Operation,
) {
    let (mut step, healthy, points) = prepare(operation, |commits, all| commits < all).await;
    for (point, commits) in &points {
        let (trip, task, before, after) = crash(&mut step, *point).await;
        if *commits == 0 {
            assert_eq!(after.committed(), before.committed(), "crashed at {point:?}");
        }
        let answer = step.sandbox.invoke(&task).await.unwrap();
        assert_eq!(anonymous(&answer, &trip), healthy.answer, "crashed at {point:?}");
        assert_eq!(step.seen(&trip).await, healthy.seen, "crashed at {point:?}");
    }
    assert_eq!(step.sandbox.starts(), points.len() + 1, "a process for each retry");
    step.settle().await;
    schedules(1, points.len());
}

/// The process crashes when its commit has landed and nobody was told. The retry returns the first
/// result; it writes nothing and asks no supplier, so there is one event.
#[apply(every_step)]
#[tokio::test]
async fn fault_02_a_crash_after_the_commit_is_answered_by_the_first_result_and_one_event(
    operation: Operation,
) {
    let (mut step, healthy, points) = prepare(operation, |commits, all| commits == all).await;
    for (point, _) in &points {
        let (trip, task, _, after) = crash(&mut step, *point).await;
        assert_eq!(after, healthy.seen, "crashed at {point:?}");
        let earlier = step.bed.database.calls().len();
        let answer = step.sandbox.invoke(&task).await.unwrap();
        assert_eq!(anonymous(&answer, &trip), healthy.answer, "crashed at {point:?}");
        let calls = step.bed.database.calls().split_off(earlier);
        let asked: Vec<_> = calls.iter().map(|call| call.operation.as_str()).collect();
        assert_eq!(asked, [LOAD], "the retry after a crash at {point:?}");
        assert_eq!(step.seen(&trip).await, healthy.seen, "crashed at {point:?}");
    }
    step.settle().await;
    schedules(2, points.len());
}

/// The answer about a trip, as it would be about any.
fn anonymous(answer: &Value, trip: &TripId) -> String {
    answer.to_string().replace(trip.as_str(), "a-trip")
}
