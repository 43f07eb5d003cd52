//! The dispatcher's process crashes at each of its calls, and the mapping hands the batch over
//! again.

use bed::reported;
use rstest::rstest;

use super::booked::Booked;
use super::kill_point::{Ending, KillPoint, end_at};
use crate::faults::schedules;

/// Two calls to the bus, and one to mark what it took.
const BUS: usize = 2;
/// Where a batch is old, the dispatcher asks first what is still pending.
const DATABASE: [usize; 2] = [1, 2];

/// The dispatcher crashes at any of its calls, on a young batch or an old one. The batch comes
/// again, and every event has reached the bus in its order and under its one id; nothing is open
/// any more.
#[rstest]
#[case::a_young_batch(900, DATABASE[0])]
#[case::an_old_batch(0, DATABASE[1])]
#[tokio::test]
async fn fault_02_a_dispatcher_that_crashes_at_any_call_publishes_every_event_under_its_one_id(
    #[case] grace_seconds: u32,
    #[case] database: usize,
) {
    let points = KillPoint::all(database, BUS);
    let booked = Booked::new(1 + points.len()).await;
    let (dispatcher, bed) = (booked.dispatcher(2, grace_seconds), &booked.bed);

    let (database_before, bus_before) = (bed.database.calls().len(), bed.events.calls().len());
    dispatcher.invoke(&booked.events(&booked.trips[..1])).await.unwrap();
    let calls = bed.database.calls().len() - database_before;
    assert_eq!((calls, bed.events.calls().len() - bus_before), (database, BUS), "a healthy run");

    for (point, trip) in points.iter().zip(&booked.trips[1..]) {
        let batch = booked.events(std::slice::from_ref(trip));
        end_at(*point, Ending::Killed, bed, &dispatcher, &batch).await;
        let answer = dispatcher.invoke(&batch).await.unwrap();
        assert_eq!(reported(&answer), [""; 0], "crashed at {point:?}");
        booked.assert_published(trip).await;
    }
    assert_eq!(dispatcher.starts(), 1 + points.len());
    assert!(bed.outbox().open_counts().await.unwrap().is_empty());
    schedules(2, points.len());
}
