//! Bookings that are sent again, on the whole system over HTTP.

use bed::{Bed, Booking, Point, settled_system};
use futures::future::join_all;
use local::System;
use local::account::BOOKING_MACHINE;
use reqwest::Response;
use serde_json::{Value, json};
use state_machine::{Filter, Page};

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

/// Sends a text as it stands, under the client's own id for the request.
async fn send_text(system: &System, request_id: &str, text: String) -> Told {
    let request = reqwest::Client::new().post(format!("{}/trips", system.urls().api));
    let request = request.header("content-type", "application/json");
    let request = request.header("x-request-id", request_id).body(text);
    told(request.bearer_auth("dev-customer-alice").send().await.unwrap()).await
}

async fn executions(system: &System) -> usize {
    let page =
        system.runner().list(BOOKING_MACHINE, Filter::default(), &Page::default()).await.unwrap();
    page.executions.len()
}

/// A request in which one thing is another.
fn other_input() -> Value {
    let mut body = Booking::new("trip-1").body().clone();
    body["hotel_details"]["hotel_name"] = json!("Another Hotel");
    body
}

/// The same request, eight times at once and again while its saga runs: one execution, one trip,
/// one charge, and always the same 202.
#[tokio::test(flavor = "multi_thread")]
async fn fault_44_a_booking_that_is_sent_again_while_it_runs_is_one_saga() {
    let (bed, system) = Bed::with_system().await;
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

/// The same request once its trip is booked: the id is taken, and the answer says where the trip
/// is. The same after a restart of the system.
#[tokio::test(flavor = "multi_thread")]
async fn fault_45_a_booking_that_is_sent_again_after_its_end_is_told_where_the_trip_is() {
    let (bed, system) = Bed::with_system().await;
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

/// Another request, or another customer's, under an id that is taken, while its saga runs and after
/// its end. Every answer is the very same 409: it says that the id is taken, and neither by whom
/// nor for what.
#[tokio::test(flavor = "multi_thread")]
async fn fault_46_another_booking_under_a_taken_id_is_refused_and_never_told_by_whom() {
    let (bed, system) = Bed::with_system().await;
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

/// One booking as different clients write it: members in another order, other spacing, amounts as
/// texts or as numbers of any spelling, null for what is left out.
fn spellings() -> Vec<String> {
    let body = Booking::new("trip-1").body().clone();
    let text = body.to_string();
    vec![
        text.clone(),
        format!("{body:#}"),
        format!("\u{feff}{}", reversed(&body)),
        text.replace("80000", "\"80000\""),
        text.replace("80000", "8e4").replace("30000", "30000.0").replace("50000", "\"50000.00\""),
        text.replace(",\"currency\"", ",\"sandbox\":null,\"currency\""),
        text.replace("NH001", "nh 1").replace("T10:00:00", " 10:00:00.000"),
    ]
}

/// The members of an object, and of those in it, the other way round.
fn reversed(value: &Value) -> Value {
    let turned = |(name, value): (&String, &Value)| (name.clone(), reversed(value));
    value
        .as_object()
        .map_or_else(|| value.clone(), |members| members.iter().rev().map(turned).collect())
}

/// However one booking is written, it is one saga: a client that sends it again is told 202 while
/// it runs, and where the trip is after its end. It is never told to choose another id, and so to
/// book twice.
#[tokio::test(flavor = "multi_thread")]
async fn fault_70_one_booking_in_many_spellings_is_one_saga() {
    let (bed, system) = Bed::with_system().await;
    let commit = bed.database.hold("TransactWriteItems", Point::Before);
    let spellings = spellings();
    let at_once = spellings.iter().map(|text| send_text(&system, "r-1", text.clone()));
    let at_once = join_all(at_once).await;
    commit.reached().await;
    assert_eq!((at_once[0].status, at_once[0].location.as_deref()), (202, Some("/trips/trip-1")));
    assert_eq!(at_once, vec![at_once[0].clone(); spellings.len()]);
    commit.open();
    settled_system(&bed, &system).await;
    for text in &spellings {
        let after = send_text(&system, "r-1", text.clone()).await;
        assert_eq!((after.status, after.location.as_deref()), (409, Some("/trips/trip-1")));
    }
    assert_eq!((executions(&system).await, picture(&bed, "trip-1").await), (1, BOOKED.to_owned()));
    schedules(70, 2 * spellings.len());
    system.stop().await;
}

/// A client's id for its requests goes with all that belongs together, so with two bookings as
/// well. They are two trips, sent at once or one after the other.
#[tokio::test(flavor = "multi_thread")]
async fn fault_71_two_bookings_without_an_id_under_one_request_id_are_two_trips() {
    let (bed, system) = Bed::with_system().await;
    let mut body = Booking::new("trip-1").body().clone();
    body.as_object_mut().unwrap().remove("trip_id");
    let mut told = join_all((0..4).map(|_| send_text(&system, "order-7", body.to_string()))).await;
    settled_system(&bed, &system).await;
    told.push(send_text(&system, "order-7", body.to_string()).await);
    settled_system(&bed, &system).await;
    let mut trips: Vec<_> =
        told.iter().map(|answer| answer.body["trip_id"].as_str().unwrap()).collect();
    for (answer, trip) in told.iter().zip(&trips) {
        assert_eq!((answer.status, *trip == "order-7"), (202, false));
        assert_eq!(picture(&bed, trip).await, BOOKED);
    }
    trips.sort_unstable();
    trips.dedup();
    assert_eq!((trips.len(), executions(&system).await), (told.len(), told.len()));
    schedules(71, told.len());
    system.stop().await;
}
