//! An earlier sending of the same transaction is still at work.

use std::time::{Duration, Instant};

use bed::{Bed, Booking, Fault, answers, faults};
use saga::Operation;

use super::support::{WRITE, id, run};

/// For so long DynamoDB may be busy with a transaction that its sender has given up.
const AT_WORK: Duration = Duration::from_secs(5);

/// Whoever sends a transaction again while it is at work is told so for up to five seconds. The
/// same request is repeated until then, so that it lands; nothing else is decided or released
/// meanwhile.
#[tokio::test]
async fn fault_08_a_transaction_in_progress_is_repeated_until_it_has_ended() {
    let bed = Bed::new().await;
    bed.open("trip-1").await;
    let mut begun = None;
    bed.database.inject(move |call| {
        let at_work =
            call.operation == WRITE && begun.get_or_insert_with(Instant::now).elapsed() < AT_WORK;
        at_work.then(answers::in_progress)
    });
    let task = Booking::new("trip-1").task("alice", "saga-1");
    run(&bed, Operation::FlightReserve, task).await.unwrap();

    let sent = bed.database.calls_of(WRITE);
    assert!((3..=21).contains(&sent.len()), "{} sendings", sent.len());
    assert!(sent.iter().all(|call| call.body == sent[0].body));
    assert_one_reservation(&bed).await;
}

/// The transaction lands, its answer is lost, and its repeat is told that it is in progress. The
/// next one is a replay: the token has not changed.
#[tokio::test]
async fn fault_08_what_landed_while_it_was_in_progress_is_not_written_again() {
    let bed = Bed::new().await;
    bed.open("trip-1").await;
    bed.database.inject(faults::once(WRITE, Fault::LoseAnswer));
    bed.database.inject(faults::times(3, WRITE, answers::in_progress()));
    let task = Booking::new("trip-1").task("alice", "saga-1");
    run(&bed, Operation::FlightReserve, task).await.unwrap();

    let sent = bed.database.calls_of(WRITE);
    let last = sent.last().unwrap();
    assert_eq!((last.status, last.fault), (Some(200), None));
    assert!(sent.len() == 5 && sent.iter().all(|call| call.body == last.body));
    assert_one_reservation(&bed).await;
}

async fn assert_one_reservation(bed: &Bed) {
    assert_eq!(bed.trip(&id("trip-1")).await.unwrap().state().version, 2);
    assert_eq!(bed.committed(&id("trip-1")).await.len(), 1);
    let books = bed.ledger().get("flight/trip-1/saga-1").await.unwrap().unwrap();
    assert_eq!((books.attempts["flight"], books.effects, books.undone), (1, 1, 0));
}
