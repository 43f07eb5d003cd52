//! Bookings that are sent again, on the whole system over HTTP.

use bed::{Bed, Booking, Point, settled_system};
use futures::future::join_all;
use local::System;
use local::account::BOOKING_MACHINE;
use reqwest::Response;
use serde_json::{Value, json};
use state_machine::Page;

use super::machines::picture;
use crate::faults::schedules;

const BOOKED: &str = "CONFIRMED CONFIRMED CONFIRMED CAPTURED \
                      | flight.reserved hotel.reserved payment.captured trip.confirmed \
                      | flight hotel payment";

/// An answer, without what is its own: the request's id and the date.
#[derive(Clone, Debug, PartialEq)]
struct Told {
    status: u16,
    location: Option<String>,
    body: Value,
}

async fn send(system: &System, customer: &str, body: &Value) -> Told {
    let request = reqwest::Client::new().post(format!("{}/trips", system.urls().api));
    let token = format!("dev-customer-{customer}");
    told(request.bearer_auth(token).json(body).send().await.unwrap()).await
}

async fn told(answer: Response) -> Told {
    let location = answer.headers().get("location");
    Told {
        status: answer.status().as_u16(),
        location: location.map(|location| location.to_str().unwrap().to_owned()),
        body: answer.json().await.unwrap(),
    }
}

async fn executions(system: &System) -> usize {
    let page = system.runner().list(BOOKING_MACHINE, None, &Page::default()).await.unwrap();
    page.executions.len()
}

/// A request in which one thing is another.
fn other_input() -> Value {
    let mut body = Booking::new("trip-1").body().clone();
    body["hotel_details"]["hotel_name"] = json!("Another Hotel");
    body
}

/// The same request, eight times at once and again while its saga runs: one execution, one trip, one charge, and
/// always the same 202.
#[tokio::test(flavor = "multi_thread")]
async fn fault_44_a_booking_that_is_sent_again_while_it_runs_is_one_saga() {
    let bed = Bed::new().await;
    let system = bed.system().await;
    let commit = bed.database.hold("TransactWriteItems", Point::Before);
    let body = Booking::new("trip-1").body().clone();
    let at_once = join_all((0..8).map(|_| send(&system, "alice", &body))).await;
    commit.reached().await;
    let again = send(&system, "alice", &body).await;
    commit.open();
    assert_eq!((again.status, again.location.as_deref()), (202, Some("/trips/trip-1")));
    assert_eq!(at_once, vec![again; 8]);
    settled_system(&bed, &system).await;
    assert_eq!(executions(&system).await, 1);
    assert_eq!(picture(&bed, "trip-1").await, BOOKED);
    schedules(44, 9);
    system.stop().await;
}

/// The same request once its trip is booked: the id is taken, and the answer says where the trip is. The same after a
/// restart of the system.
#[tokio::test(flavor = "multi_thread")]
async fn fault_45_a_booking_that_is_sent_again_after_its_end_is_told_where_the_trip_is() {
    let bed = Bed::new().await;
    let system = bed.system().await;
    for (trip, sandbox) in [("booked", json!({})), ("failed", json!({"flight": "unavailable"}))] {
        let body = Booking::new(trip).with_sandbox(sandbox).body().clone();
        assert_eq!(send(&system, "alice", &body).await.status, 202);
        settled_system(&bed, &system).await;
        let before = picture(&bed, trip).await;
        let again = send(&system, "alice", &body).await;
        let location = format!("/trips/{trip}");
        assert_eq!((again.status, again.location.as_deref()), (409, Some(location.as_str())));
        assert_eq!(again.body["code"], "TripExists");
        assert_eq!(get(&system, "alice", &location).await, 200);
        settled_system(&bed, &system).await;
        assert_eq!(picture(&bed, trip).await, before);
    }
    assert_eq!(executions(&system).await, 2);
    schedules(45, 2);
    system.stop().await;
}

async fn get(system: &System, customer: &str, path: &str) -> u16 {
    let request = reqwest::Client::new().get(format!("{}{path}", system.urls().api));
    let answer = request.bearer_auth(format!("dev-customer-{customer}")).send().await.unwrap();
    answer.status().as_u16()
}

/// Another request, or another customer's, under an id that is taken, while its saga runs and after its end. Every
/// answer is the very same 409: it says that the id is taken, and neither by whom nor for what.
#[tokio::test(flavor = "multi_thread")]
async fn fault_46_another_booking_under_a_taken_id_is_refused_and_never_told_by_whom() {
    let bed = Bed::new().await;
    let system = bed.system().await;
    let same = Booking::new("trip-1").body().clone();
    let commit = bed.database.hold("TransactWriteItems", Point::Before);
    assert_eq!(send(&system, "alice", &same).await.status, 202);
    commit.reached().await;
    let strangers = [("alice", other_input()), ("bob", same), ("bob", other_input())];
    let mut answers = Vec::new();
    for (customer, body) in &strangers {
        answers.push(send(&system, customer, body).await);
    }
    commit.open();
    settled_system(&bed, &system).await;
    for (customer, body) in &strangers {
        answers.push(send(&system, customer, body).await);
    }
    assert_eq!((answers[0].status, &answers[0].body["code"]), (409, &json!("TripExists")));
    assert_eq!(answers, vec![answers[0].clone(); 6]);
    assert!(!format!("{answers:?}").contains("alice"), "{answers:?}");
    assert_eq!(get(&system, "bob", "/trips/trip-1").await, 404);
    assert_eq!((executions(&system).await, picture(&bed, "trip-1").await), (1, BOOKED.to_owned()));
    schedules(46, answers.len());
    system.stop().await;
}
