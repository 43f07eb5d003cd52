//! The projector's process crashes at each of its calls, and the mapping hands the batch over
//! again.

use bed::reported;

use super::booked::Booked;
use super::kill_point::{Ending, KillPoint, end_at};
use crate::faults::schedules;

/// Two trips a batch, and one write each.
const WRITES: usize = 2;

/// The projector crashes between a write and its acknowledgement, or at any other moment. The batch
/// comes again: rows that were written are left as they are, and the others are written. Nothing is
/// written where the whole batch comes once more.
#[tokio::test]
async fn fault_39_a_projector_that_crashes_before_it_acknowledged_rewrites_nothing() {
    let points = KillPoint::all(WRITES, 0);
    let booked = Booked::new(WRITES * points.len()).await;
    let (projector, bed) = (booked.projector(), &booked.bed);
    for (point, trips) in points.iter().zip(booked.trips.chunks(WRITES)) {
        let (batch, rows) = (booked.states(trips), bed.rows().await.len());
        end_at(*point, Ending::Killed, bed, &projector, &batch).await;
        let crashed = bed.rows().await;
        let earlier = bed.database.calls().len();

        let answer = projector.invoke(&batch).await.unwrap();
        assert_eq!(reported(&answer), [""; 0], "crashed at {point:?}");
        let written = written(&booked, earlier);
        let missing = WRITES - (crashed.len() - rows);
        assert!(written <= missing, "{written} of {missing} rows, crashed at {point:?}");
        let now = bed.rows().await;
        assert!(crashed.iter().all(|(trip, row)| now[trip] == *row), "crashed at {point:?}");
    }
    let (rows, earlier) = (bed.rows().await, bed.database.calls().len());
    assert_eq!(rows, bed.fold().await);

    projector.invoke(&booked.states(&booked.trips)).await.unwrap();
    assert_eq!(bed.database.calls().len() - earlier, booked.trips.len(), "one call a trip");
    assert_eq!(written(&booked, earlier), 0);
    assert_eq!(bed.rows().await, rows);
    schedules(39, points.len());
}

/// How many rows were written since so many calls.
fn written(booked: &Booked, earlier: usize) -> usize {
    let calls = booked.bed.database.calls().split_off(earlier);
    let writes = calls.iter().filter(|call| call.operation == "PutItem");
    writes.filter(|call| call.status == Some(200)).count()
}
