//! The sandbox suppliers' behaviours, seen through the steps that call them.

use std::time::Duration;

use domain::ErrorCode;
use lambda_kit::config::name;
use saga::Operation;
use saga::Operation::{
    FlightCancel, FlightReserve, HotelCancel, HotelReserve, PaymentProcess, PaymentRefund,
};
use serde_json::{Value, json};
use store::sandbox::LedgerState;

use super::world::{World, caught, code, task};

const CHAIN: [Operation; 3] = [PaymentRefund, HotelCancel, FlightCancel];

fn sandbox(step: &str, behaviour: &str) -> Value {
    json!({"sandbox": {step: behaviour}})
}

/// A booking up to the step under test, in which suppliers are given up on after two seconds.
async fn booked_up_to(operation: Operation) -> World {
    let world = World::configured(&[(name::SUPPLIER_TIMEOUT_MS, "2000")]).await;
    let steps = [FlightReserve, HotelReserve, PaymentProcess];
    let before = steps.into_iter().take_while(|step| *step != operation);
    world.run_all(&before.collect::<Vec<_>>()).await;
    world
}

async fn compensate(world: &World, chain: &[Operation], sandbox: &Value) {
    for operation in chain {
        let mut added = caught("SupplierTimeout");
        added["sandbox"] = sandbox["sandbox"].clone();
        world.run(*operation, added).await.unwrap();
    }
}

const STEPS: [(Operation, &str, &str, ErrorCode); 3] = [
    (FlightReserve, "flight", "unavailable", ErrorCode::FlightUnavailable),
    (HotelReserve, "hotel", "unavailable", ErrorCode::HotelUnavailable),
    (PaymentProcess, "payment", "declined", ErrorCode::PaymentDeclined),
];

#[tokio::test]
async fn a_supplier_that_refuses_is_recorded_and_refuses_again() {
    for (operation, step, refusal, expected) in STEPS {
        let world = booked_up_to(operation).await;
        let answer = world.run(operation, sandbox(step, refusal)).await;
        assert_eq!(code(answer), expected);
        let trip = world.trip().await.unwrap();
        assert_eq!(trip.state().failure.as_ref().unwrap().code, expected);
        let repeat = world.run(operation, sandbox(step, refusal)).await;
        assert_eq!((code(repeat), world.trip().await), (expected, Some(trip)));
        assert_eq!(world.books(step).await.state, LedgerState::Refused);
    }
}

#[tokio::test]
async fn a_supplier_that_fails_twice_serves_at_the_third_attempt() {
    for (operation, step, ..) in STEPS {
        let world = booked_up_to(operation).await;
        for _ in 0..2 {
            let answer = world.run(operation, sandbox(step, "error:2")).await;
            assert_eq!(code(answer), ErrorCode::SupplierUnavailable);
        }
        world.run(operation, sandbox(step, "error:2")).await.unwrap();
        assert_eq!(
            (world.books(step).await.effects, world.books(step).await.attempts[step]),
            (1, 3)
        );
    }
}

#[tokio::test]
async fn a_slow_supplier_is_waited_for() {
    let world = World::configured(&[(name::SANDBOX_SLOW_MS, "50")]).await;
    let answer = world.run(FlightReserve, sandbox("flight", "slow")).await.unwrap();
    assert_eq!(answer["member_status"], "RESERVED");
}

#[tokio::test]
async fn a_supplier_that_does_nothing_and_never_answers_is_given_up_on() {
    let world = booked_up_to(FlightReserve).await;
    let answer = world.run(FlightReserve, sandbox("flight", "timeout:1")).await;
    assert_eq!(code(answer), ErrorCode::SupplierTimeout);
    let (statuses, books) = (world.statuses().await, world.books("flight").await);
    assert_eq!((statuses, books.effects), (["PENDING", "-", "-", "-"], 0));
    world.run(FlightReserve, sandbox("flight", "timeout:1")).await.unwrap();
    assert_eq!(world.books("flight").await.effects, 1);
}

#[tokio::test]
async fn a_step_answers_before_its_function_is_stopped() {
    let world = World::new().await;
    let payload = task(sandbox("flight", "timeout"));
    let answer = world.send_within(Duration::from_millis(2_500), FlightReserve, payload).await;
    let failure = answer.expect_err("no time to wait for the supplier");
    assert_eq!(failure.code, ErrorCode::StoreUnavailable);
    assert!(failure.code.is_transient() && failure.message.contains("ran out of time"));
}

/// A booking whose payment was asked for, and was given up on.
async fn charged_without_an_answer(behaviour: &Value) -> World {
    let world = booked_up_to(PaymentProcess).await;
    let answer = world.run(PaymentProcess, behaviour.clone()).await;
    assert_eq!(code(answer), ErrorCode::SupplierTimeout);
    world
}

#[tokio::test]
async fn a_charge_whose_answer_is_lost_is_refunded_by_its_key() {
    let behaviour = sandbox("payment", "timeout_after_effect");
    let world = charged_without_an_answer(&behaviour).await;
    assert_eq!(world.books("payment").await.state, LedgerState::Held);
    compensate(&world, &CHAIN, &behaviour).await;
    let books = world.books("payment").await;
    assert_eq!((books.state, books.effects, books.undone), (LedgerState::Released, 1, 1));
    assert_eq!(world.statuses().await, ["FAILED", "CANCELLED", "CANCELLED", "REFUNDED"]);
    assert!(world.events().await.contains(&"payment.refunded".to_owned()));
}

#[tokio::test]
async fn a_charge_that_lands_after_its_refund_is_refused() {
    let behaviour = sandbox("payment", "late_effect");
    let world = charged_without_an_answer(&behaviour).await;
    assert!(world.books("payment").await.late.is_some());
    compensate(&world, &CHAIN, &behaviour).await;
    let books = world.books("payment").await;
    assert_eq!((books.state, books.effects, books.undone), (LedgerState::Released, 0, 0));
    assert_eq!((books.attempts["late_effect"], books.late), (1, None));
}

#[tokio::test]
async fn a_compensation_is_retried_until_its_supplier_serves() {
    let steps = [("flight_cancel", FlightCancel), ("hotel_cancel", HotelCancel)];
    for (step, operation) in steps.into_iter().chain([("payment_refund", PaymentRefund)]) {
        let world = booked_up_to(PaymentProcess).await;
        let before = CHAIN.into_iter().take_while(|one| *one != operation);
        compensate(&world, &before.collect::<Vec<_>>(), &json!({})).await;
        let mut added = caught("SupplierTimeout");
        added["sandbox"] = json!({step: "error:1"});
        let answer = world.run(operation, added.clone()).await;
        assert_eq!(code(answer), ErrorCode::SupplierUnavailable, "{step}");
        assert_eq!(world.statuses().await[0], "COMPENSATING", "{step}");
        world.run(operation, added).await.unwrap();
    }
}

#[tokio::test]
async fn a_release_whose_answer_is_lost_is_repeated_and_told_once() {
    let world = booked_up_to(PaymentProcess).await;
    compensate(&world, &[PaymentRefund, HotelCancel], &json!({})).await;
    let mut added = caught("SupplierTimeout");
    added["sandbox"] = json!({"flight_cancel": "timeout_after_effect:1"});
    let answer = world.run(FlightCancel, added.clone()).await;
    assert_eq!(code(answer), ErrorCode::SupplierTimeout);
    world.run(FlightCancel, added).await.unwrap();
    assert_eq!(world.books("flight").await.undone, 1);
    assert_eq!(world.statuses().await[0], "FAILED");
}
