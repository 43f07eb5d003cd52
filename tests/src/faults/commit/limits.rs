//! Changes that are larger than DynamoDB or EventBridge takes.

use bed::{Bed, Booking, invocation};
use domain::event::Fact;
use domain::{Change, ErrorCode, Trip};
use saga::Operation;
use store::{CommitError, LimitExceeded, StoreError};

use super::support::{WRITE, first_change, id, patient, trips_behind_the_proxy};
use crate::faults::schedules;
use crate::faults::suppliers::{Says, saying};

const KIB: usize = 1024;

/// A first commit whose flight's reference and whose events' texts have so many bytes.
fn sized(bed: &Bed, reference: usize, events: usize, text: usize) -> Change {
    let mut change = first_change(bed, "trip-1");
    let mut state = change.trip.state().clone();
    state.flight.as_mut().unwrap().reference = Some("x".repeat(reference));
    change.trip = Trip::restore(state);
    let mut event = change.events.remove(0);
    event.fact = Fact::FlightCancelled { flight_id: "x".repeat(text) };
    for sequence in 1..=events as u64 {
        event.sequence = sequence;
        change.events.push(event.clone());
    }
    change
}

/// Commits, and returns the limit that stopped it before it was sent.
async fn refusal(bed: &Bed, change: &Change) -> LimitExceeded {
    let outcome = trips_behind_the_proxy(bed).await.commit(change).await;
    let Err(error) = outcome else { panic!("it was taken") };
    assert_eq!(error.code(), ErrorCode::StoreRejected);
    let CommitError::Store(StoreError::Limit(limit)) = error else { panic!("{error:?}") };
    assert_eq!(bed.database.calls_of(WRITE), []);
    assert_eq!(bed.trip(&id("trip-1")).await, None);
    limit
}

/// More than 100 actions, an item of more than 400 KB, or more than 4 MB: the commit is refused
/// before anything is sent, with the limit by name. What is just below a limit is taken by the
/// database.
#[tokio::test]
async fn fault_10_a_change_beyond_a_limit_is_refused_before_it_is_sent() {
    let cases = [
        ((0, 99, 10), (0, 98, 10), "the number of actions in the transaction", 100),
        ((400 * KIB, 1, 10), (399 * KIB, 1, 10), "the size of an item in bytes", 400 * KIB),
        ((0, 17, 250_000), (0, 16, 250_000), "the size of the transaction in bytes", 4 * KIB * KIB),
    ];
    for ((reference, events, text), below, what, limit) in cases {
        let bed = Bed::new().await;
        let refused = refusal(&bed, &sized(&bed, reference, events, text)).await;
        assert_eq!((refused.what, refused.limit), (what, limit));
        assert!(refused.found > limit, "{refused}");
        assert!(refused.to_string().ends_with(&format!("the limit is {limit}")), "{refused}");

        let (reference, events, text) = below;
        let change = sized(&bed, reference, events, text);
        trips_behind_the_proxy(&bed).await.commit(&change).await.unwrap();
        assert_eq!(bed.committed(&id("trip-1")).await.len(), events);
    }
    schedules(10, cases.len());
}

/// A supplier whose reference alone is larger than an item: the step fails for good, with the limit
/// by name, and sends no write. What the supplier holds is the compensation's, which succeeds.
#[tokio::test]
async fn fault_10_a_step_whose_supplier_says_too_much_writes_nothing_and_is_undone() {
    let bed = Bed::new().await;
    bed.open("trip-1").await;
    let deps = patient(&bed).await.with_suppliers(saying(Says::Yes("x".repeat(500 * KIB))));
    let task = Booking::new("trip-1").task("alice", "saga-1");
    let event = |task| invocation(task);
    let step = saga::handle(&deps, Operation::FlightReserve, event(task.clone()));
    let error = step.await.unwrap_err();
    assert_eq!(error.code, ErrorCode::StoreRejected);
    assert!(error.message.ends_with("the limit is 409600"), "{}", error.message);
    assert_eq!(bed.database.calls_of(WRITE), []);

    saga::handle(&deps, Operation::FlightCancel, event(task)).await.unwrap();
    let trip = bed.trip(&id("trip-1")).await.unwrap();
    assert!(trip.state().status.is_terminal() && !trip.holds_anything(), "{trip:?}");
}

/// An event larger than the bus takes is refused when it is written, so that it can never stand in
/// a shard's way. The largest that is written is one that the bus takes.
#[tokio::test]
async fn fault_34_an_event_over_the_limit_is_refused_when_it_is_written() {
    let bed = Bed::new().await;
    let beyond = 256 * KIB;
    let refused = refusal(&bed, &sized(&bed, 0, 1, beyond)).await;
    assert_eq!((refused.what, refused.limit), ("the size of the event in bytes", 256 * KIB));

    let largest = beyond - (refused.found - refused.limit);
    let one_more = refusal(&bed, &sized(&bed, 0, 1, largest + 1)).await;
    assert_eq!(one_more.found, one_more.limit + 1);
    let change = sized(&bed, 0, 1, largest);
    trips_behind_the_proxy(&bed).await.commit(&change).await.unwrap();
    bed.dispatch(&bed.capture(3).await.events()).await.unwrap();
    let published = bed.bus.published_of(&id("trip-1")).await;
    assert_eq!(published, bed.committed(&id("trip-1")).await);
    assert_eq!(published[0]["data"]["flight_id"].as_str().map(str::len), Some(largest));
}
