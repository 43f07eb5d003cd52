//! A booking that goes well, step by step, and what becomes of its repeats.

use domain::ErrorCode;
use futures::future::join_all;
use saga::Operation;
use saga::Operation::{FlightReserve, HotelReserve, PaymentProcess};
use serde_json::{Value, json};
use store::sandbox::LedgerState;

use super::world::{World, code, task};

const BOOKING: [Operation; 3] = [FlightReserve, HotelReserve, PaymentProcess];

fn outcome(member: &str, member_status: &str, trip_status: &str) -> Value {
    json!({
        "member_id": format!("{member}-trip-1"),
        "member_status": member_status,
        "trip_status": trip_status,
    })
}

#[tokio::test]
async fn three_steps_book_a_trip() {
    let world = World::new().await;
    let answers = [
        (FlightReserve, outcome("flight", "RESERVED", "PENDING")),
        (HotelReserve, outcome("hotel", "RESERVED", "PENDING")),
        (PaymentProcess, outcome("payment", "CAPTURED", "CONFIRMED")),
    ];
    for (operation, expected) in answers {
        assert_eq!(world.run(operation, json!({"results": {}})).await, Ok(expected));
    }
    assert_eq!(world.statuses().await, ["CONFIRMED", "CONFIRMED", "CONFIRMED", "CAPTURED"]);
    assert_eq!(
        world.events().await,
        ["flight.reserved", "hotel.reserved", "payment.captured", "trip.confirmed"]
    );
    for member in ["flight", "hotel", "payment"] {
        let books = world.books(member).await;
        assert_eq!((books.state, books.effects), (LedgerState::Held, 1), "{member}");
    }
}

#[tokio::test]
async fn a_repeated_step_gets_the_same_answer_and_changes_nothing() {
    let world = World::new().await;
    for operation in BOOKING {
        let first = world.run(operation, json!({})).await.unwrap();
        let (trip, events) = (world.trip().await, world.events().await);
        assert_eq!(world.run(operation, json!({})).await, Ok(first), "{operation}");
        assert_eq!((world.trip().await, world.events().await), (trip, events), "{operation}");
    }
    assert_eq!(world.books("payment").await.attempts["payment"], 1);
}

#[tokio::test]
async fn attempts_of_one_step_at_once_book_once_and_agree() {
    let world = World::new().await;
    for operation in BOOKING {
        let attempts = join_all((0..4).map(|_| world.run(operation, json!({})))).await;
        let told: Vec<_> = attempts.into_iter().flatten().collect();
        assert!(told.iter().all(|answer| *answer == told[0]), "{operation}: {told:?}");
        world.run(operation, json!({})).await.unwrap();
    }
    assert_eq!(world.statuses().await, ["CONFIRMED", "CONFIRMED", "CONFIRMED", "CAPTURED"]);
    assert_eq!(world.events().await.len(), 4);
    assert_eq!(world.books("payment").await.effects, 1);
}

#[tokio::test]
async fn a_step_without_its_predecessor_is_a_conflict_and_calls_nobody() {
    let world = World::new().await;
    assert_eq!(code(world.run(HotelReserve, json!({})).await), ErrorCode::TripConflict);
    world.run_all(&[FlightReserve]).await;
    assert_eq!(code(world.run(PaymentProcess, json!({})).await), ErrorCode::TripConflict);
    assert_eq!(world.statuses().await, ["PENDING", "RESERVED", "-", "-"]);
}

#[tokio::test]
async fn a_trip_belongs_to_one_saga_and_one_customer() {
    let world = World::new().await;
    world.run_all(&[FlightReserve]).await;
    let (trip, books) = (world.trip().await, world.books("flight").await);
    let mut second_saga = task(json!({}));
    second_saga["saga_id"] = json!("trip-1@2027-01-01T00:00:00.000Z");
    let other_customer = task(json!({"customer_id": "bob"}));
    for operation in Operation::steps() {
        for payload in [&second_saga, &other_customer] {
            let answer = world.send(operation, payload.clone()).await;
            assert_eq!(code(answer), ErrorCode::TripConflict, "{operation}");
        }
    }
    assert_eq!((world.trip().await, world.books("flight").await), (trip, books));
}

#[tokio::test]
async fn steps_may_be_spawned_onto_other_threads() {
    let world = World::new().await;
    tokio::spawn(async move { world.run_all(&BOOKING).await }).await.unwrap();
}
