//! Undoing a booking: from wherever it stands, as often as it is asked for, and never half.

use domain::ErrorCode;
use saga::Operation;
use saga::Operation::{
    FlightCancel, FlightReserve, HotelCancel, HotelReserve, PaymentProcess, PaymentRefund,
};
use serde_json::{Value, json};
use store::sandbox::LedgerState;

use super::world::{World, caught, code, compensation_task};

const BOOKING: [Operation; 3] = [FlightReserve, HotelReserve, PaymentProcess];
const CHAIN: [Operation; 3] = [PaymentRefund, HotelCancel, FlightCancel];

/// Runs each compensation twice, the second time without any effect.
async fn compensate(world: &World, chain: &[Operation], payload: &Value) {
    for operation in chain {
        let first = world.send(*operation, payload.clone()).await.unwrap();
        let (trip, events) = (world.trip().await, world.events().await);
        let second = world.send(*operation, payload.clone()).await.unwrap();
        assert_eq!(second, first, "{operation}");
        assert_eq!((world.trip().await, world.events().await), (trip, events), "{operation}");
    }
}

async fn assert_nothing_is_held(world: &World) {
    assert!(!world.trip().await.unwrap().holds_anything());
    for member in ["flight", "hotel", "payment"] {
        let books = world.books(member).await;
        assert_eq!(books.state, LedgerState::Released, "{member}");
        assert_eq!(books.effects, books.undone, "{member}");
    }
}

#[tokio::test]
async fn a_booking_is_undone_from_wherever_it_stands() {
    for done in 0..BOOKING.len() {
        let world = World::new().await;
        world.run_all(&BOOKING[..done]).await;
        let mut payload = super::world::task(caught("SupplierTimeout"));
        payload["input"]["results"] = json!({"flight": {}});
        compensate(&world, &CHAIN, &payload).await;
        assert_eq!(world.statuses().await, ["FAILED", "CANCELLED", "CANCELLED", "REFUNDED"]);
        assert_nothing_is_held(&world).await;
        let failure = world.trip().await.unwrap().state().failure.clone().unwrap();
        assert_eq!((failure.code, failure.detail), (ErrorCode::SupplierTimeout, "in words".into()));
    }
}

#[tokio::test]
async fn only_what_was_told_is_taken_back() {
    let world = World::new().await;
    world.run_all(&[FlightReserve]).await;
    for operation in CHAIN {
        world.run(operation, caught("States.Timeout")).await.unwrap();
    }
    assert_eq!(world.events().await, ["flight.reserved", "flight.cancelled", "trip.failed"]);
    let failure = world.trip().await.unwrap().state().failure.clone().unwrap();
    assert_eq!(failure.code, ErrorCode::OutcomeUnknown);
    assert!(failure.detail.contains("States.Timeout"), "{}", failure.detail);
}

#[tokio::test]
async fn a_reservation_that_comes_after_its_compensation_is_refused() {
    let world = World::new().await;
    for operation in CHAIN {
        world.run(operation, caught("States.Timeout")).await.unwrap();
    }
    let tombstone = world.trip().await;
    for operation in BOOKING {
        assert_eq!(code(world.run(operation, json!({})).await), ErrorCode::TripClosed);
    }
    assert_eq!(world.trip().await, tombstone);
    assert_nothing_is_held(&world).await;
}

#[tokio::test]
async fn a_confirmed_trip_is_past_its_bookings_compensation() {
    let world = World::new().await;
    world.run_all(&BOOKING).await;
    let trip = world.trip().await;
    for operation in CHAIN {
        let answer = world.run(operation, caught("SupplierTimeout")).await;
        assert_eq!(code(answer), ErrorCode::TripAlreadyConfirmed, "{operation}");
    }
    assert_eq!(world.trip().await, trip);
    assert_eq!(world.books("payment").await.state, LedgerState::Held);
}

#[tokio::test]
async fn the_flight_is_not_cancelled_before_the_hotel_and_the_payment() {
    let world = World::new().await;
    world.run_all(&[FlightReserve, HotelReserve]).await;
    let answer = world.run(FlightCancel, caught("PaymentDeclined")).await;
    assert_eq!(code(answer), ErrorCode::CompensationIncomplete);
    assert_eq!(world.books("flight").await.state, LedgerState::Held);
    for operation in [HotelCancel, FlightCancel] {
        world.run(operation, caught("PaymentDeclined")).await.unwrap();
    }
    assert_eq!(world.statuses().await, ["FAILED", "CANCELLED", "CANCELLED", "-"]);
}

#[tokio::test]
async fn a_customer_cancels_a_confirmed_trip() {
    let world = World::new().await;
    world.run_all(&BOOKING).await;
    compensate(&world, &CHAIN, &compensation_task("cancellation")).await;
    assert_eq!(world.statuses().await, ["CANCELLED", "CANCELLED", "CANCELLED", "REFUNDED"]);
    assert_nothing_is_held(&world).await;
    assert_eq!(
        world.events().await[4..],
        ["payment.refunded", "hotel.cancelled", "flight.cancelled", "trip.cancelled"]
    );
}

#[tokio::test]
async fn an_operator_ends_a_booking_that_is_stuck() {
    let world = World::new().await;
    world.run_all(&[FlightReserve, HotelReserve]).await;
    compensate(&world, &CHAIN, &compensation_task("operator")).await;
    assert_eq!(world.statuses().await, ["FAILED", "CANCELLED", "CANCELLED", "REFUNDED"]);
    let failure = world.trip().await.unwrap().state().failure.clone().unwrap();
    assert_eq!(failure.code, ErrorCode::CompensatedByOperator);
}

#[tokio::test]
async fn only_a_booking_may_compensate_what_was_never_written() {
    let world = World::new().await;
    for reason in ["cancellation", "operator"] {
        let answer = world.send(PaymentRefund, compensation_task(reason)).await;
        assert_eq!(code(answer), ErrorCode::TripNotFound);
    }
    assert_eq!(world.statuses().await, ["-"; 4]);
    assert!(!world.suppliers_were_called().await);
}
