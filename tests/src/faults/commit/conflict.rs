//! Another transaction holds an item.

use std::time::Duration;

use bed::{Bed, Booking, answers, faults};
use domain::ErrorCode;
use futures::future::join_all;
use saga::Operation;

use super::support::{WRITE, first_change, id, run, unhurried_trips};
use crate::faults::schedules;

/// A conflict passes. The identical request is sent again until it gets through, and the supplier
/// is asked once.
#[tokio::test]
async fn fault_06_a_conflict_is_waited_out_with_the_identical_request() {
    let bed = Bed::new().await;
    bed.open("trip-1").await;
    let conflict = answers::cancelled(&["None", "TransactionConflict", "None"]);
    bed.database.inject(faults::times(2, WRITE, conflict));
    let task = Booking::new("trip-1").task("alice", "saga-1");
    run(&bed, Operation::FlightReserve, task).await.unwrap();

    let sent = bed.database.calls_of(WRITE);
    assert_eq!(sent.len(), 3);
    assert!(sent.iter().all(|call| call.body == sent[0].body));
    assert!(sent.iter().all(|call| call.attempt == 1), "the SDK multiplies the attempts");
    assert_eq!(bed.trip(&id("trip-1")).await.unwrap().state().version, 2);
    assert_eq!(bed.ledger().all().await.unwrap()[0].attempts["flight"], 1);
}

/// A conflict that never passes ends in a retryable error after a bounded number of attempts.
/// Nothing is written meanwhile, the supplier is asked once, and the task's own retry succeeds.
#[tokio::test]
async fn fault_06_conflicts_without_end_end_in_a_retryable_error() {
    // A commit is sent five times, and decided on five times.
    const ATTEMPTS: usize = 25;
    let bed = Bed::new().await;
    bed.open("trip-1").await;
    let conflict = answers::cancelled(&["TransactionConflict", "None", "None"]);
    bed.database.inject(faults::always(WRITE, conflict));
    let task = Booking::new("trip-1").task("alice", "saga-1");
    let error = run(&bed, Operation::FlightReserve, task.clone()).await.unwrap_err();

    assert_eq!(error.code, ErrorCode::StoreConflict);
    assert_eq!(bed.database.calls_of(WRITE).len(), ATTEMPTS);
    assert_eq!(bed.trip(&id("trip-1")).await.unwrap().state().version, 1);
    assert_eq!(bed.ledger().all().await.unwrap()[0].attempts["flight"], 1);

    bed.database.heal();
    run(&bed, Operation::FlightReserve, task).await.unwrap();
    assert_eq!(bed.committed(&id("trip-1")).await.len(), 1);
}

/// Those who collide do not wait alike, or they would collide again: each pause is drawn at random
/// below a bound that doubles.
#[tokio::test]
async fn fault_06_pauses_are_drawn_at_random_below_a_growing_bound() {
    const RACERS: usize = 40;
    let bed = Bed::new().await;
    bed.database.inject(faults::always(WRITE, answers::cancelled(&["TransactionConflict"])));
    let race = async |racer: usize| {
        let (trips, pauses) = unhurried_trips(&bed).await;
        trips.commit(&first_change(&bed, &format!("trip-{racer}"))).await.unwrap_err();
        pauses.taken()
    };
    let mut waited = join_all((0..RACERS).map(race)).await;
    for pauses in &waited {
        let bounds = [50, 100, 200, 400].map(Duration::from_millis);
        assert_eq!(pauses.len(), bounds.len());
        assert!(pauses.iter().zip(bounds).all(|(pause, bound)| *pause <= bound), "{pauses:?}");
    }
    waited.sort();
    waited.dedup();
    assert_eq!(waited.len(), RACERS, "some wait alike");
    schedules(6, RACERS);
}
