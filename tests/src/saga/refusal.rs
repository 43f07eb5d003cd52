//! Requests that break a rule: refused under a stable name, and recorded once.

use domain::{ErrorCode, FieldError};
use saga::Operation;
use saga::Operation::{FlightReserve, HotelReserve, PaymentProcess};
use serde_json::{Value, json};

use super::world::{World, code, task};

#[tokio::test]
async fn a_broken_rule_is_recorded_with_its_fields_and_asks_no_supplier() {
    for broken in [json!({"amount": 79_999}), json!({"amount": "1e5"}), json!({"card": "4111"})] {
        let world = World::new().await;
        for _ in 0..2 {
            let error = world.run(FlightReserve, broken.clone()).await.unwrap_err();
            assert_eq!(error.code, ErrorCode::InvalidRequest);
            let (_, fields) = error.message.split_once('\n').unwrap();
            let fields: Vec<FieldError> = serde_json::from_str(fields).unwrap();
            let trip = world.trip().await.unwrap();
            assert_eq!(trip.state().failure.as_ref().unwrap().errors, fields);
        }
        assert_eq!(world.statuses().await, ["FAILED", "REJECTED", "-", "-"]);
        assert_eq!(world.events().await, ["flight.rejected", "trip.failed"]);
        assert!(!world.suppliers_were_called().await);
    }
}

#[tokio::test]
async fn later_steps_check_the_same_request_again_and_record_nothing() {
    let world = World::new().await;
    world.run_all(&[FlightReserve]).await;
    let trip = world.trip().await;
    for operation in [HotelReserve, PaymentProcess] {
        let answer = world.run(operation, json!({"currency": "yen"})).await;
        assert_eq!(code(answer), ErrorCode::InvalidRequest, "{operation}");
    }
    assert_eq!(world.trip().await, trip);
}

#[tokio::test]
async fn another_request_under_the_trips_id_is_a_conflict() {
    let world = World::new().await;
    world.run_all(&[FlightReserve]).await;
    let trip = world.trip().await;
    let other = json!({"hotel_details": {
        "hotel_name": "Another Hotel",
        "check_in_date": "2026-03-01",
        "check_out_date": "2026-03-03",
        "price_amount": 30000,
        "price_currency": "JPY",
    }});
    for operation in [FlightReserve, HotelReserve, PaymentProcess] {
        assert_eq!(code(world.run(operation, other.clone()).await), ErrorCode::TripConflict);
    }
    assert_eq!(world.trip().await, trip);
}

fn payloads_without_an_owner() -> Vec<Value> {
    let mut anonymous = task(json!({}));
    anonymous["input"].as_object_mut().unwrap().remove("customer_id");
    let mut sagaless = task(json!({}));
    sagaless["saga_id"] = json!("a b");
    let bad_ids = ["", "trip#1", "trip\n1", "trip\0", &"t".repeat(2_049)]
        .map(|trip_id| task(json!({ "trip_id": trip_id })));
    [vec![json!(null), json!([]), json!({"input": {}}), anonymous, sagaless], bad_ids.to_vec()]
        .concat()
}

#[tokio::test]
async fn a_payload_that_names_no_owner_is_refused_and_nothing_is_recorded() {
    let world = World::new().await;
    for operation in Operation::ALL {
        for payload in payloads_without_an_owner() {
            let answer = world.send(operation, payload.clone()).await;
            assert_eq!(code(answer), ErrorCode::InvalidRequest, "{operation} {payload}");
        }
    }
    assert_eq!(world.statuses().await, ["-"; 4]);
    assert!(!world.suppliers_were_called().await);
}

#[tokio::test]
async fn an_unknown_reason_for_a_compensation_is_refused() {
    let world = World::new().await;
    world.run_all(&[FlightReserve]).await;
    let answer = world.run(Operation::FlightCancel, json!({"reason": "boredom"})).await;
    assert_eq!(code(answer), ErrorCode::InvalidRequest);
    assert_eq!(world.statuses().await, ["PENDING", "RESERVED", "-", "-"]);
}
