//! A function is shut down by SIGTERM, while it is idle and in the middle of an invocation.

use bed::{Point, reported};
use rstest::rstest;
use saga::Operation;

use super::booked::Booked;
use super::kill_point::{Ending, KillPoint, Service, end_at};
use super::step::Step;
use crate::faults::schedules;

/// The saga's functions are told to end. What was answered before is committed; an invocation under
/// way ends without an answer, is sent again, and has one result.
#[rstest]
#[tokio::test]
async fn fault_30_a_step_that_is_shut_down_loses_nothing_that_it_answered(
    #[values(Operation::FlightReserve, Operation::PaymentProcess, Operation::FlightCancel)]
    operation: Operation,
) {
    let mut step = Step::new(operation).await;
    let (idle, task) = step.prepare().await;
    let earlier = step.bed.database.calls().len();
    let answer = step.sandbox.invoke(&task).await.unwrap();
    let points = KillPoint::all(step.bed.database.calls().len() - earlier, 0);
    let answered = step.seen(&idle).await;
    step.sandbox.terminate().await;
    assert_eq!(step.seen(&idle).await, answered);
    assert_eq!(step.sandbox.invoke(&task).await.unwrap(), answer, "another process answers alike");
    assert_eq!(step.seen(&idle).await, answered);

    for point in &points {
        let (trip, task) = step.prepare().await;
        end_at(*point, Ending::Terminated, &step.bed, &step.sandbox, &task).await;
        step.sandbox.invoke(&task).await.unwrap();
        assert_eq!(step.seen(&trip).await, answered, "shut down at {point:?}");
    }
    step.settle().await;
    schedules(30, 1 + points.len());
}

/// The dispatcher is told to end: idle, around its call to the bus, before and after it has marked
/// what the bus took, and on the way to its answer. Whatever was not acknowledged comes again, and
/// no event is missing; what was acknowledged is published, and marked.
#[tokio::test]
async fn fault_30_a_dispatcher_that_is_shut_down_loses_no_event() {
    let points = KillPoint::all(2, 1);
    let booked = Booked::new(1 + points.len()).await;
    // Every batch is old to it: it leaves out what is marked, so a mark before its time would lose
    // an event.
    let (dispatcher, bed) = (booked.dispatcher(10, 0), &booked.bed);
    let acknowledged = dispatcher.invoke(&booked.events(&booked.trips[..1])).await.unwrap();
    assert_eq!(reported(&acknowledged), [""; 0]);
    dispatcher.terminate().await;
    booked.assert_published(&booked.trips[0]).await;

    for (point, trip) in points.iter().zip(&booked.trips[1..]) {
        let batch = booked.events(std::slice::from_ref(trip));
        end_at(*point, Ending::Terminated, bed, &dispatcher, &batch).await;
        assert_eq!(reported(&dispatcher.invoke(&batch).await.unwrap()), [""; 0]);
        booked.assert_published(trip).await;
    }
    assert_eq!(dispatcher.starts(), 2 + points.len());
    assert!(bed.outbox().open_counts().await.unwrap().is_empty());
    schedules(30, 1 + points.len());
}

/// The projector is told to end, idle and around its write. An acknowledged row is in the view;
/// another comes again.
#[tokio::test]
async fn fault_30_a_projector_that_is_shut_down_loses_no_row() {
    let write = |point| KillPoint::Call(Service::Database, 0, point);
    let points = [write(Point::Before), write(Point::After), KillPoint::Answer];
    let booked = Booked::new(1 + points.len()).await;
    let (projector, bed) = (booked.projector(), &booked.bed);
    projector.invoke(&booked.states(&booked.trips[..1])).await.unwrap();
    projector.terminate().await;
    assert_eq!(bed.rows().await.into_keys().collect::<Vec<_>>(), booked.trips[..1]);

    for (point, trip) in points.iter().zip(&booked.trips[1..]) {
        let batch = booked.states(std::slice::from_ref(trip));
        end_at(*point, Ending::Terminated, bed, &projector, &batch).await;
        assert_eq!(reported(&projector.invoke(&batch).await.unwrap()), [""; 0]);
        assert!(bed.rows().await.contains_key(trip), "shut down at {point:?}");
    }
    assert_eq!(bed.rows().await, bed.fold().await);
    assert_eq!(projector.starts(), 2 + points.len());
    schedules(30, 1 + points.len());
}
