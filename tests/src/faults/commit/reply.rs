//! The database's answer is lost.

use bed::{Bed, Booking, Fault, faults};
use domain::TripId;
use saga::Operation;

/// The transaction lands and its answer is lost, so the SDK sends it again. The token makes the
/// second attempt a replay: one version, one event.
///
/// Breaks when each attempt gets a token of its own (`store/src/trips/commit.rs`).
#[tokio::test]
async fn fault_03_a_lost_reply_is_replayed_and_nothing_is_written_twice() {
    let bed = Bed::new().await;
    bed.open("trip-1").await;
    bed.database.inject(faults::once("TransactWriteItems", Fault::LoseAnswer));
    let task = Booking::new("trip-1").task("alice", "saga-1");
    bed.step(Operation::FlightReserve, task).await.unwrap();

    let sent = bed.database.calls_of("TransactWriteItems");
    assert_eq!(sent.iter().map(|call| call.attempt).collect::<Vec<_>>(), [1, 2]);
    assert_eq!(sent[0].body, sent[1].body);
    let trip = TripId::parse("trip-1").unwrap();
    assert_eq!(bed.trip(&trip).await.unwrap().state().version, 2);
    assert_eq!(bed.committed(&trip).await.len(), 1);
}
