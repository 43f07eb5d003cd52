//! Who calls, and what they may see of what others have booked.

use bed::{Bed, Booking, Point, eventually};
use local::System;
use reqwest::{Client, Method, Response, StatusCode};
use serde_json::Value;

async fn ask(system: &System, token: &str, method: Method, path: &str) -> Response {
    let call = Client::new().request(method, format!("{}{path}", system.urls().api));
    call.bearer_auth(token).send().await.unwrap()
}

async fn book(system: &System, token: &str, trip: &str) -> Response {
    let call = Client::new().post(format!("{}/trips", system.urls().api)).bearer_auth(token);
    call.json(Booking::new(trip).body()).send().await.unwrap()
}

/// The trips that a search for confirmed ones lists, once it lists as many.
async fn listed(system: &System, token: &str, count: usize) -> Vec<String> {
    let search = "/trips?status=CONFIRMED&from=2026-01-01&to=2026-12-31";
    eventually("the rows", async || {
        let page: Value = ask(system, token, Method::GET, search).await.json().await.unwrap();
        let trips = page["trips"].as_array()?.iter();
        let ids: Vec<_> = trips.map(|trip| trip["trip_id"].as_str().unwrap().to_owned()).collect();
        (ids.len() == count).then_some(ids)
    })
    .await
}

#[tokio::test]
async fn a_customer_of_the_operators_name_is_somebody_else() {
    let (_bed, system) = Bed::with_system().await;
    for (token, trip) in [("dev-operator", "theirs"), ("dev-customer-operator", "own")] {
        assert_eq!(book(&system, token, trip).await.status(), StatusCode::ACCEPTED);
    }
    system.idle().await.unwrap();
    let seen = async |token, trip: &str| {
        ask(&system, token, Method::GET, &format!("/trips/{trip}")).await.status()
    };
    assert_eq!(seen("dev-operator", "theirs").await, StatusCode::OK);
    assert_eq!(seen("dev-operator", "own").await, StatusCode::OK);
    assert_eq!(seen("dev-customer-operator", "own").await, StatusCode::OK);
    assert_eq!(seen("dev-customer-operator", "theirs").await, StatusCode::NOT_FOUND);
    assert_eq!(seen("dev-customer-operator", "theirs/events").await, StatusCode::NOT_FOUND);
    let cancel = "/trips/theirs/cancellation";
    let refused = ask(&system, "dev-customer-operator", Method::POST, cancel).await;
    assert_eq!(refused.status(), StatusCode::NOT_FOUND);
    assert_eq!(listed(&system, "dev-operator", 2).await.len(), 2);
    assert_eq!(listed(&system, "dev-customer-operator", 1).await, ["own"]);
    for token in ["dev-customer-operator:operator", "dev-customer-operator:"] {
        assert_eq!(seen(token, "theirs").await, StatusCode::UNAUTHORIZED);
    }
    system.stop().await;
}

#[tokio::test]
async fn a_trips_id_stays_taken_when_its_execution_is_forgotten() {
    let (bed, system) = Bed::with_system().await;
    assert_eq!(book(&system, "dev-customer-1", "trip-1").await.status(), StatusCode::ACCEPTED);
    system.idle().await.unwrap();
    system.stop().await;

    // Its executions were kept by the system alone; the trips stand in the bed's tables.
    let system = bed.system().await;
    for token in ["dev-customer-1", "dev-customer-2"] {
        let refused = book(&system, token, "trip-1").await;
        assert_eq!(refused.status(), StatusCode::CONFLICT, "{token}");
        assert_eq!(refused.headers()["location"], "/trips/trip-1");
        let problem: Value = refused.json().await.unwrap();
        assert_eq!(problem["code"], "TripExists");
    }
    assert_eq!(system.runner().running_count(), 0, "nothing was started");
    assert_eq!(book(&system, "dev-customer-1", "trip-2").await.status(), StatusCode::ACCEPTED);
    system.idle().await.unwrap();
    system.stop().await;
}

#[tokio::test]
async fn an_equal_booking_is_the_same_one_while_it_runs_and_taken_after() {
    let (bed, system) = Bed::with_system().await;
    let gate = bed.database.hold("TransactWriteItems", Point::Before);
    let send = async || book(&system, "dev-customer-1", "trip-1").await.status();
    assert_eq!(send().await, StatusCode::ACCEPTED);
    gate.reached().await;
    assert_eq!(send().await, StatusCode::ACCEPTED);
    gate.open();
    system.idle().await.unwrap();
    assert_eq!(send().await, StatusCode::CONFLICT);
    system.stop().await;
}
