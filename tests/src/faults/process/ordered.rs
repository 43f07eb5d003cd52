//! The dispatcher's process crashes at each of its calls before an ordered bus, and the mapping
//! hands the batch over again.

use bed::{InOrder, reported};
use rstest::rstest;

use super::booked::{Booked, EVENTS};
use super::kill_point::{Ending, KillPoint, end_at};
use crate::faults::schedules;

/// One call to the database marks what the bus took.
const MARKS: usize = 1;
/// One asks what is still pending in an old batch, or what became of a trip's earlier events.
const A_QUESTION: usize = 1;

/// The batch holds all events of a trip, or an old one does, or it holds the last two alone: then
/// those before are asked for and sent first. A FIFO subscriber sees each event once and in order,
/// wherever the dispatcher crashed.
#[rstest]
#[case::a_young_batch("900", 0, MARKS)]
#[case::an_old_batch("0", 0, A_QUESTION + MARKS)]
#[case::the_last_events("900", 2, A_QUESTION + MARKS)]
#[tokio::test]
async fn fault_79_a_dispatcher_that_crashes_at_any_call_publishes_each_trip_in_order(
    #[case] grace_seconds: &str,
    #[case] from: usize,
    #[case] database: usize,
) {
    let points = KillPoint::all(database, EVENTS);
    let mut booked = Booked::new(1 + points.len()).await;
    let in_order = InOrder::on(&mut booked.bed).await;
    let bed = &booked.bed;
    let [bus, url] = in_order.settings(bed);
    let dispatcher = booked.dispatcher_with(&[bus, url, ("SWEEP_GRACE_SECONDS", grace_seconds)]);

    let (database_before, bus_before) = (bed.database.calls().len(), bed.events.calls().len());
    dispatcher.invoke(&booked.last_events(&booked.trips[0], from)).await.unwrap();
    let calls = bed.database.calls().len() - database_before;
    assert_eq!((calls, bed.events.calls().len() - bus_before), (database, EVENTS), "healthy");

    for (point, trip) in points.iter().zip(&booked.trips[1..]) {
        let batch = booked.last_events(trip, from);
        end_at(*point, Ending::Killed, bed, &dispatcher, &batch).await;
        let answer = dispatcher.invoke(&batch).await.unwrap();
        assert_eq!(reported(&answer), [""; 0], "crashed at {point:?}");
        let outbox = bed.outbox().timeline(trip).await.unwrap().events;
        assert!(outbox.iter().all(|event| event.dispatched_at.is_some()), "{point:?}");
    }
    let verdict = in_order.bus.verdict();
    assert!(verdict.is_perfect() && verdict.events == EVENTS * booked.trips.len(), "{verdict}");
    assert!(bed.outbox().open_counts().await.unwrap().is_empty());
    println!("killed {} times: {verdict}", points.len());
    schedules(79, points.len());
}
