//! Cancellations whose execution comes to nothing, on the whole system over HTTP.

use bed::{Bed, Booking, answers, book_on, eventually, faults, settled_system};
use local::System;
use local::account::COMPENSATION_MACHINE;
use serde_json::{Value, json};
use state_machine::{Filter, Page, Status};

use super::machines::picture;
use crate::faults::schedules;

const CANCELLED: &str = "CANCELLED CANCELLED CANCELLED REFUNDED \
                         | flight.reserved hotel.reserved payment.captured trip.confirmed \
                         payment.refunded hotel.cancelled flight.cancelled trip.cancelled | ";

async fn cancel(system: &System) -> (u16, Value) {
    let url = format!("{}/trips/trip-1/cancellation", system.urls().api);
    let answer = reqwest::Client::new().post(url).bearer_auth("dev-customer-1").send().await;
    let answer = answer.unwrap();
    (answer.status().as_u16(), answer.json().await.unwrap())
}

/// How the executions of the compensation chain stand.
async fn statuses(system: &System) -> Vec<Status> {
    let page = system
        .runner()
        .list(COMPENSATION_MACHINE, Filter::default(), &Page::default())
        .await
        .unwrap();
    page.executions.iter().map(|execution| execution.status).collect()
}

async fn has_failed(system: &System) {
    eventually("the execution has failed", async || {
        (statuses(system).await == [Status::Failed]).then_some(())
    })
    .await;
}

/// The database refuses writes, so the cancellation's execution fails before its first commit.
/// Whoever asks again sets it going again; it fails once more while writes are refused, and cancels
/// the trip afterwards.
#[tokio::test(flavor = "multi_thread")]
async fn fault_65_a_cancellation_that_failed_before_its_first_commit_is_continued() {
    let (bed, system) = Bed::with_system().await;
    book_on(&system, &Booking::new("trip-1")).await;
    settled_system(&bed, &system).await;
    bed.database.inject(faults::always("TransactWriteItems", answers::invalid()));
    for _ in 0..2 {
        let (status, answer) = cancel(&system).await;
        assert_eq!((status, &answer["status"]), (202, &json!("CANCELLING")), "{answer}");
        assert!(answer["execution_arn"].is_string(), "it was set going: {answer}");
        has_failed(&system).await;
    }
    assert!(picture(&bed, "trip-1").await.starts_with("CONFIRMED"));
    bed.database.heal();
    assert_eq!(cancel(&system).await.0, 202);
    settled_system(&bed, &system).await;
    assert_eq!(picture(&bed, "trip-1").await, CANCELLED);
    assert_eq!(statuses(&system).await, [Status::Succeeded]);
    let (status, answer) = cancel(&system).await;
    assert_eq!((status, answer), (202, json!({"trip_id": "trip-1", "status": "CANCELLED"})));
    schedules(65, 3);
    system.stop().await;
}

/// A customer's cancellation meets the troubles that the booking asked for: it gives up half way,
/// and whoever asks again continues it.
#[tokio::test(flavor = "multi_thread")]
async fn fault_65_a_cancellation_that_gave_up_half_way_is_continued() {
    let (bed, system) = Bed::with_system().await;
    // One attempt more than the state machine makes.
    book_on(&system, &Booking::new("trip-1").with_sandbox(json!({"hotel_cancel": "error:13"})))
        .await;
    settled_system(&bed, &system).await;
    assert_eq!(cancel(&system).await.0, 202);
    has_failed(&system).await;
    assert!(picture(&bed, "trip-1").await.starts_with("CANCELLING CONFIRMED CONFIRMED REFUNDED"));
    let (status, answer) = cancel(&system).await;
    assert_eq!((status, &answer["status"]), (202, &json!("CANCELLING")), "{answer}");
    settled_system(&bed, &system).await;
    assert_eq!(picture(&bed, "trip-1").await, CANCELLED);
    schedules(65, 1);
    system.stop().await;
}
