//! A trip and its timeline, as they are shown.

use domain::error::FieldError;
use domain::event::{Fact, Refused};
use domain::member::{FlightReservation, ReservationStatus};
use domain::{ErrorCode, Failure, TripState, TripStatus};
use serde_json::json;

use super::trips::{AT, asked_for, confirmed, tombstone};
use super::world::{As, World};

async fn shown(state: &TripState) -> serde_json::Value {
    let world = World::new().await;
    world.commit(state, vec![]).await;
    let answer = world.get(As::Operator, &format!("/trips/{}", state.id), "").await;
    assert_eq!(answer.status, 200);
    answer.body()
}

#[tokio::test]
async fn a_confirmed_trip_is_shown_whole_before_any_projection() {
    let expected = json!({
        "trip_id": "trip-1",
        "status": "CONFIRMED",
        "version": 1,
        "customer_id": "1",
        "created_at": AT,
        "updated_at": AT,
        "amount": {"value": "800.50", "currency": "EUR"},
        "flight": {
            "status": "CONFIRMED",
            "flight_number": "NH1",
            "departure_time": "2026-03-01T10:00:00",
            "arrival_time": "2026-03-01T23:59:59",
            "price": {"value": "500.50", "currency": "EUR"},
        },
        "hotel": {
            "status": "CONFIRMED",
            "hotel_name": "Grand Hôtel d'Été 🏨",
            "check_in_date": "2026-03-01",
            "check_out_date": "2026-03-03",
            "price": {"value": "300.00", "currency": "EUR"},
        },
        "payment": {"status": "CAPTURED", "amount": {"value": "800.50", "currency": "EUR"}},
    });
    assert_eq!(shown(&confirmed("trip-1", "1")).await, expected);
}

#[tokio::test]
async fn a_member_that_was_not_begun_is_absent() {
    let mut trip = asked_for("trip-1", "1", TripStatus::Pending, "2026-03-01T10:00:00+09:00");
    trip.flight = Some(FlightReservation {
        id: FlightReservation::id_in(&trip.id),
        status: ReservationStatus::Reserved,
        reference: None,
    });
    let body = shown(&trip).await;
    assert_eq!(body["flight"]["status"], "RESERVED");
    assert_eq!(body["flight"]["departure_time"], "2026-03-01T10:00:00+09:00");
    for member in ["hotel", "payment", "failure"] {
        assert_eq!(body.get(member), None, "{member}");
    }
}

#[tokio::test]
async fn a_trip_in_flight_says_what_it_waits_for_and_one_at_rest_does_not() {
    let mut trip = confirmed("trip-1", "1");
    assert_eq!(shown(&trip).await.get("progress"), None);
    trip.status = TripStatus::Cancelling;
    // The tests' clock says noon, an hour after the commit.
    let expected = json!({"waits_for": "RefundPayment", "since": AT, "stalled": true});
    assert_eq!(shown(&trip).await["progress"], expected);
    trip.updated_at = "2026-01-15T11:59:00.000Z".parse().unwrap();
    let expected =
        json!({"waits_for": "RefundPayment", "since": trip.updated_at, "stalled": false});
    assert_eq!(shown(&trip).await["progress"], expected);
}

#[tokio::test]
async fn a_refused_request_is_shown_with_its_code_and_its_field_errors() {
    let error = FieldError {
        field: "amount".to_owned(),
        code: "sum_of_prices".to_owned(),
        detail: "must equal the sum".to_owned(),
    };
    let mut trip = tombstone("trip-1", "1", TripStatus::Failed);
    trip.failure = Some(Failure::invalid_request(vec![error.clone()]));
    let body = shown(&trip).await;
    assert_eq!(body["failure"]["code"], "InvalidRequest");
    assert_eq!(body["failure"]["errors"], json!([error]));
    assert_eq!((body.get("amount"), body.get("flight")), (None, None));
}

#[tokio::test]
async fn a_timeline_holds_every_event_in_order_and_when_it_was_dispatched() {
    let world = World::new().await;
    let mut trip = tombstone("trip-1", "1", TripStatus::Failed);
    trip.last_sequence = 2;
    let refused = Refused { code: ErrorCode::FlightUnavailable, detail: "no seat".to_owned() };
    let facts = vec![Fact::FlightRejected(refused.clone()), Fact::TripFailed(refused)];
    world.commit(&trip, facts).await;
    let pending = events(&world).await;
    assert_eq!(pending.len(), 2);
    for (place, event) in pending.iter().enumerate() {
        assert_eq!(event["event"]["sequence"], format!("{:010}", place + 1));
        assert_eq!(event["event"]["subject"], "trip-1");
        // What the libraries of CloudEvents take for names, and refuse an event for.
        for name in event["event"].as_object().unwrap().keys() {
            let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
            assert!(name.len() <= 20 && name.chars().all(is_plain), "{name}");
        }
        assert_eq!(event.get("dispatched_at"), None);
    }
    assert_eq!(
        (&pending[0]["event"]["type"], &pending[1]["event"]["type"]),
        (&json!("flight.rejected.v1"), &json!("trip.failed.v1"),)
    );
    dispatch(&world, &pending[1]["event"]).await;
    let after = events(&world).await;
    assert_eq!(after[0], pending[0]);
    assert_eq!(after[1]["dispatched_at"], AT);
}

async fn events(world: &World) -> Vec<serde_json::Value> {
    let answer = world.get(As::Customer("1"), "/trips/trip-1/events", "").await;
    assert_eq!((answer.status, &answer.body()["trip_id"]), (200, &json!("trip-1")));
    answer.body()["events"].as_array().unwrap().clone()
}

async fn dispatch(world: &World, event: &serde_json::Value) {
    let key = store::outbox::OutboxKey {
        trip_id: serde_json::from_value(event["subject"].clone()).unwrap(),
        event_id: serde_json::from_value(event["id"].clone()).unwrap(),
    };
    world.bed.marks().mark_dispatched(&[key], AT.parse().unwrap()).await;
}
