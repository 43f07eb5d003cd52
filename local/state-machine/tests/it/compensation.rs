//! The compensation chain, run by itself for a customer or an operator.

use serde_json::{Value, json};
use state_machine::Status;

use crate::support::Answer::Error;
use crate::support::{World, product_machines};

const CHAIN: [&str; 4] = ["RefundPayment", "CancelHotel", "CancelFlight", "CompensationSucceeded"];

fn input() -> Value {
    json!({"trip_id": "t", "customer_id": "c", "saga_id": "t@2026-03-01T00:00:00.000Z", "reason": "cancellation"})
}

#[tokio::test]
async fn the_chain_refunds_and_releases_under_the_saga_s_own_id() {
    let world = World::new(product_machines()).await;
    let ended = world.run("trip-compensation", "t-cancel", &input()).await;
    assert_eq!(
        (ended.status(), ended.visited.as_slice()),
        (Status::Succeeded, CHAIN.map(String::from).as_slice())
    );
    let calls = world.script.calls();
    assert!(calls.iter().all(|call| call.payload["saga_id"] == input()["saga_id"]));
    assert_eq!(calls[0].payload["input"], input());
    let results =
        ended.output()["results"].as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    assert_eq!(results, ["payment_refund", "hotel_cancel", "flight_cancel"]);
}

#[tokio::test]
async fn an_input_without_a_saga_fails_before_anything_is_called() {
    let world = World::new(product_machines()).await;
    let ended = world.run("trip-compensation", "t-cancel", &json!({"trip_id": "t"})).await;
    assert_eq!((ended.error(), world.script.calls().len()), ("States.Runtime", 0));
}

#[tokio::test]
async fn each_step_is_retried_for_long_then_fails_the_execution_and_is_redriven() {
    for (state, function) in CHAIN.into_iter().zip(["PaymentRefund", "HotelCancel", "FlightCancel"])
    {
        let world = World::new(product_machines()).await;
        world.script.say(function, vec![Error("StoreUnavailable"); 13]);
        let stuck = world.run("trip-compensation", "t-cancel", &input()).await;
        assert_eq!(
            (stuck.error(), stuck.visited.last().unwrap().as_str()),
            ("StoreUnavailable", state)
        );
        assert_eq!(world.script.calls_of(function), 13);
        world.runner.redrive(&stuck.arn, None).await.unwrap();
        let ended = world.end(&stuck.arn).await;
        assert_eq!(
            (ended.status(), ended.visited),
            (Status::Succeeded, CHAIN.map(String::from).to_vec())
        );
    }
}

#[tokio::test]
async fn an_answer_that_retrying_cannot_change_fails_the_execution_at_once() {
    for error in ["TripConflict", "TripAlreadyConfirmed", "Unhandled"] {
        let world = World::new(product_machines()).await;
        world.script.say("PaymentRefund", [Error(error)]);
        let ended = world.run("trip-compensation", "t-cancel", &input()).await;
        assert_eq!((ended.error(), world.script.calls().len()), (error, 1));
    }
}
