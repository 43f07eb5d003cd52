//! A condition fails: somebody else wrote the trip first.

use bed::{Bed, Booking, Point};
use domain::ErrorCode;
use lambda_kit::error::FunctionError;
use saga::Operation::FlightReserve;
use serde_json::{Value, json};
use store::sandbox::LedgerState;

use super::support::{WRITE, id, run};

type Answer = Result<Value, FunctionError>;

/// Holds the first task's commit until the second task has ended: the first one's condition fails.
async fn race(bed: &Bed, first: Value, second: Value) -> (Answer, Answer) {
    let gate = bed.database.hold(WRITE, Point::Before);
    let overtaking = async {
        gate.reached().await;
        let answer = run(bed, FlightReserve, second).await;
        gate.open();
        answer
    };
    tokio::join!(run(bed, FlightReserve, first), overtaking)
}

/// Two attempts of one task: the slower one's condition fails, and it answers the faster one's
/// result.
#[tokio::test]
async fn fault_09_the_same_request_answers_the_first_result() {
    let bed = Bed::new().await;
    bed.open("trip-1").await;
    let task = Booking::new("trip-1").task("alice", "saga-1");
    let (slower, faster) = race(&bed, task.clone(), task).await;
    assert_eq!(slower.unwrap(), faster.unwrap());

    let statuses: Vec<_> = bed.database.calls_of(WRITE).iter().map(|call| call.status).collect();
    assert_eq!(statuses, [Some(400), Some(200)]);
    assert_eq!(bed.trip(&id("trip-1")).await.unwrap().state().version, 2);
    assert_eq!(bed.committed(&id("trip-1")).await.len(), 1);
    let books = bed.ledger().get("flight/trip-1/saga-1").await.unwrap().unwrap();
    assert_eq!((books.state, books.effects), (LedgerState::Held, 1));
}

/// Another saga's, or another customer's, request was first under the trip's id. The slower one
/// learns of a conflict before it calls anybody, and changes nothing of the other's.
#[tokio::test]
async fn fault_09_anothers_request_is_a_conflict_and_changes_nothing() {
    for customer in ["alice", "bob"] {
        let bed = Bed::new().await;
        let booking = Booking::new("trip-1");
        let (mine, theirs) = (booking.task("alice", "saga-1"), booking.task(customer, "saga-2"));
        let (slower, faster) = race(&bed, mine, theirs).await;
        faster.unwrap();
        assert_eq!(slower.unwrap_err().code, ErrorCode::TripConflict);

        let trip = bed.trip(&id("trip-1")).await.unwrap();
        let owner = (
            trip.state().version,
            trip.state().customer_id.as_str(),
            trip.state().saga_id.as_str(),
        );
        assert_eq!(owner, (2, customer, "saga-2"));
        assert_eq!(bed.committed(&id("trip-1")).await.len(), 1);
        assert_eq!(bed.ledger().get("flight/trip-1/saga-1").await.unwrap(), None);
        let theirs = bed.ledger().get("flight/trip-1/saga-2").await.unwrap().unwrap();
        assert_eq!(theirs.state, LedgerState::Held);
    }
}

/// The same saga with another request is not a repeat: a conflict, and what was booked stays.
#[tokio::test]
async fn fault_09_another_request_of_the_same_saga_is_a_conflict() {
    let bed = Bed::new().await;
    let task = Booking::new("trip-1").task("alice", "saga-1");
    let mut other = task.clone();
    other["input"]["hotel_details"]["hotel_name"] = json!("Another Hotel");
    let (slower, faster) = race(&bed, other, task.clone()).await;
    let first = faster.unwrap();
    assert_eq!(slower.unwrap_err().code, ErrorCode::TripConflict);

    assert_eq!(run(&bed, FlightReserve, task).await.unwrap(), first);
    assert_eq!(bed.trip(&id("trip-1")).await.unwrap().state().version, 2);
    let books = bed.ledger().get("flight/trip-1/saga-1").await.unwrap().unwrap();
    assert_eq!((books.state, books.undone), (LedgerState::Held, 0));
}
