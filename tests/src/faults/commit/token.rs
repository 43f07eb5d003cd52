//! The token that tells a repeat from a new request: forgotten, taken for another request, or drawn
//! anew.

use std::collections::HashSet;
use std::time::Duration;

use bed::{Bed, Booking, Fault, answers, faults};
use domain::ErrorCode;
use saga::Operation;
use serde_json::{Value, json};
use uuid::Uuid;

use super::support::{WRITE, id, patient, run};

/// The transaction lands, its answer is lost, and the database has forgotten the token when the SDK
/// sends it again, as it does after ten minutes. The condition stops the second write, and the step
/// finds its own first result.
#[tokio::test]
async fn fault_04_a_repeat_under_an_expired_token_is_stopped_by_its_condition() {
    let bed = Bed::new().await;
    bed.open("trip-1").await;
    bed.database.inject(faults::once(WRITE, Fault::LoseAnswer));
    bed.database.inject(faults::once(WRITE, Fault::Rewrite(forget_the_token)));
    let task = Booking::new("trip-1").task("alice", "saga-1");
    let answer = run(&bed, Operation::FlightReserve, task.clone()).await.unwrap();

    let sent = bed.database.calls_of(WRITE);
    let seen: Vec<_> = sent.iter().map(|call| (call.attempt, call.fault, call.status)).collect();
    assert_eq!(seen, [(1, Some("answer lost"), Some(200)), (2, Some("rewritten"), Some(400))]);
    assert_eq!(answer["member_status"], "RESERVED");
    assert_committed_once(&bed).await;
    assert_eq!(run(&bed, Operation::FlightReserve, task).await.unwrap(), answer);
}

/// The transaction lands, nobody hears of it, and the task is tried again after the token's ten
/// minutes. The repeat reads what is there, answers the first result, and sends no write at all.
#[tokio::test]
async fn fault_04_a_task_that_comes_again_after_ten_minutes_answers_its_first_result() {
    let bed = Bed::new().await;
    bed.open("trip-1").await;
    bed.database.inject(faults::once(WRITE, Fault::HangAfter));
    let task = Booking::new("trip-1").task("alice", "saga-1");
    let event = bed.ending_after(Duration::from_millis(2_500), task.clone());
    let lost =
        saga::handle(&patient(&bed).await, Operation::FlightReserve, event).await.unwrap_err();
    assert_eq!(lost.code, ErrorCode::StoreUnavailable);

    bed.clock.advance(Duration::from_secs(11 * 60));
    let answer = run(&bed, Operation::FlightReserve, task).await.unwrap();
    assert_eq!(answer["member_status"], "RESERVED");
    assert_eq!(bed.database.calls_of(WRITE).len(), 1);
    assert_committed_once(&bed).await;
}

async fn assert_committed_once(bed: &Bed) {
    assert_eq!(bed.trip(&id("trip-1")).await.unwrap().state().version, 2);
    assert_eq!(bed.committed(&id("trip-1")).await.len(), 1);
    let books = bed.ledger().get("flight/trip-1/saga-1").await.unwrap().unwrap();
    assert_eq!((books.effects, books.attempts["flight"]), (1, 1));
}

/// The database has another request under the token already. No repeat mends that: the step fails
/// with a permanent error at once, and nothing is written.
#[tokio::test]
async fn fault_05_a_token_of_another_request_is_a_permanent_error() {
    let bed = Bed::new().await;
    bed.open("trip-1").await;
    bed.database.inject(faults::always(WRITE, Fault::Rewrite(share_one_token)));
    let task = Booking::new("trip-1").task("alice", "saga-1");
    run(&bed, Operation::FlightReserve, task.clone()).await.unwrap();
    let error = run(&bed, Operation::HotelReserve, task).await.unwrap_err();

    assert_eq!(error.code, ErrorCode::StoreRejected);
    assert!(!error.code.is_transient() && !error.code.is_refusal());
    let sent = bed.database.calls_of(WRITE);
    assert_eq!(sent.iter().map(|call| call.status).collect::<Vec<_>>(), [Some(200), Some(400)]);
    let trip = bed.trip(&id("trip-1")).await.unwrap();
    assert_eq!((trip.state().version, trip.state().hotel.clone()), (2, None));
    assert_eq!(bed.committed(&id("trip-1")).await.len(), 1);
}

/// The product never comes into that situation: each decided payload has a token of its own, also
/// the one that is decided after a lost race.
#[tokio::test]
async fn fault_05_every_decided_payload_has_a_token_of_its_own() {
    let bed = Bed::new().await;
    bed.open("trip-1").await;
    let lost = answers::cancelled(&["ConditionalCheckFailed", "None", "None"]);
    bed.database.inject(faults::once(WRITE, lost));
    let task = Booking::new("trip-1").task("alice", "saga-1");
    for step in [Operation::FlightReserve, Operation::HotelReserve, Operation::PaymentProcess] {
        run(&bed, step, task.clone()).await.unwrap();
    }
    let sent = bed.database.calls_of(WRITE);
    let tokens: HashSet<&str> =
        sent.iter().map(|call| call.body["ClientRequestToken"].as_str().unwrap()).collect();
    assert_eq!((sent.len(), tokens.len()), (4, 4));
    assert!(tokens.iter().all(|token| (1..=36).contains(&token.len())), "{tokens:?}");
}

fn forget_the_token(request: &mut Value) {
    request["ClientRequestToken"] = json!(Uuid::new_v4().to_string());
}

/// One token a table, so that no other test shares it.
fn share_one_token(request: &mut Value) {
    request["ClientRequestToken"] = request["TransactItems"][0]["Put"]["TableName"].clone();
}
