//! A compensation that gave up is told from one under way, whatever becomes of the news about it.

use bed::{Bed, Booking, Fault, Gate, Point, book_on, eventually, settled_system};
use domain::Timestamp;
use lambda_kit::clients::sdk_config;
use local::System;
use local::account::{BOOKING_MACHINE, execution_arn, names};
use operator::{Access, Installation, Place, mend};
use saga::Operation::{FlightCancel, FlightReserve, HotelReserve, TripNote};
use serde_json::{Value, json};
use state_machine::Stop;

use super::steps::id;
use crate::faults::schedules;

async fn trip_of(system: &System, trip: &str) -> Value {
    let request = reqwest::Client::new().get(format!("{}/trips/{trip}", system.urls().api));
    let answer = request.bearer_auth("dev-customer-1").send().await.unwrap();
    answer.json().await.unwrap()
}

/// What the trip says, once it says that.
async fn until(system: &System, told: &str, is: impl Fn(&Value) -> bool) -> Value {
    eventually(told, async || {
        let progress = trip_of(system, "trip-1").await["progress"].clone();
        is(&progress).then_some(progress)
    })
    .await
}

/// The hotel refuses, and the airline fails at every attempt of the compensation. The trip says
/// that it was given up, minutes before time could tell. Redriven, it says that it is under way.
#[tokio::test(flavor = "multi_thread")]
async fn fault_81_a_trip_says_that_its_compensation_gave_up_until_it_goes_on() {
    let (bed, system) = Bed::with_system().await;
    let sandbox = json!({"hotel": "unavailable", "flight_cancel": "error:13"});
    book_on(&system, &Booking::new("trip-1").with_sandbox(sandbox)).await;

    let gave_up = until(&system, "that it gave up", |told| told["stalled"] == true).await;
    assert_eq!(gave_up["waits_for"], "CancelFlight", "{gave_up}");
    assert_eq!(gave_up["gave_up"]["error"], "SupplierUnavailable", "{gave_up}");
    let at: Timestamp = gave_up["gave_up"]["at"].as_str().unwrap().parse().unwrap();
    assert!(at > gave_up["since"].as_str().unwrap().parse().unwrap(), "{gave_up}");

    let airline = hold_suppliers(&bed);
    system.runner().redrive(&execution_arn(BOOKING_MACHINE, "trip-1"), None).await.unwrap();
    airline.reached().await;
    let under_way = until(&system, "that it goes on", |told| told["stalled"] == false).await;
    assert_eq!((&under_way["waits_for"], under_way.get("gave_up")), (&json!("CancelFlight"), None));

    airline.open();
    settled_system(&bed, &system).await;
    let trip = trip_of(&system, "trip-1").await;
    assert_eq!((&trip["status"], trip.get("progress")), (&json!("FAILED"), None), "{trip}");
    schedules(81, 1);
    system.stop().await;
}

/// Holds whoever calls a supplier, until the gate is opened.
fn hold_suppliers(bed: &Bed) -> Gate {
    let suppliers = Gate::default();
    let (gate, books) = (suppliers.clone(), bed.tables.sandbox.clone());
    bed.database.inject(move |call| {
        let asks = call.operation == "PutItem" && call.body["TableName"] == *books;
        asks.then(|| Fault::Hold(Point::Before, gate.clone()))
    });
    suppliers
}

/// Somebody stops a booking, and an operator has it undone by another execution, whose name says
/// that it follows one that ended.
#[tokio::test(flavor = "multi_thread")]
async fn fault_81_a_booking_that_was_stopped_says_so_until_a_compensation_begins() {
    let (bed, system) = Bed::with_system().await;
    let suppliers = hold_suppliers(&bed);
    book_on(&system, &Booking::new("trip-1")).await;
    suppliers.reached().await;
    let booking = execution_arn(BOOKING_MACHINE, "trip-1");
    system.runner().stop(&booking, Stop::default()).await.unwrap();
    let stopped = until(&system, "that it was stopped", |told| told["stalled"] == true).await;
    assert_eq!(stopped["gave_up"].get("error"), None, "{stopped}");

    let services = Access {
        url: Some(system.urls().aws.clone()),
        config: sdk_config(system.config(), "sfn").await,
    };
    let tables = Access { url: None, config: sdk_config(&bed.config(), "dynamodb").await };
    let at = Installation::at(Place::local(names(bed.tables.clone()), tables, services));
    mend::compensate(&at, &id("trip-1"), false).await.unwrap();
    until(&system, "that it is being undone", |told| told["stalled"] == false).await;

    suppliers.open();
    settled_system(&bed, &system).await;
    assert_eq!(trip_of(&system, "trip-1").await["status"], "FAILED");
    schedules(81, 1);
    system.stop().await;
}

/// So long after a trip's latest commit the news of this file begin.
const LATER: i64 = 60_000;

/// An event of Step Functions, so many milliseconds after `since`.
fn news(trip: &str, status: &str, since: Timestamp, millis: i64) -> Value {
    let at = since.as_millis() + LATER + millis;
    let running = status == "RUNNING";
    json!({ "detail": {
        "executionArn": execution_arn(BOOKING_MACHINE, trip),
        "status": status,
        "startDate": since.as_millis(),
        "stopDate": (!running).then_some(at),
        "redriveDate": running.then_some(at),
        "error": (!running).then_some("StoreUnavailable"),
        "input": json!({ "trip_id": trip }).to_string(),
    }})
}

/// Holds a flight for a trip, and says when that was committed.
async fn hold_flight(bed: &Bed, trip: &str) -> Timestamp {
    bed.step(FlightReserve, Booking::new(trip).task("alice", "saga-1")).await.unwrap();
    bed.trip(&id(trip)).await.unwrap().state().updated_at
}

/// The status that is noted, and how long after the news began it came.
async fn noted(bed: &Bed, trip: &str, since: Timestamp) -> Option<(Value, i64)> {
    let run = bed.trips().load_with_run(&id(trip)).await.unwrap().unwrap().1?;
    Some((json!(run.status), run.at.as_millis() - since.as_millis() - LATER))
}

/// All orders of these numbers.
fn orders(numbers: &[usize]) -> Vec<Vec<usize>> {
    if numbers.is_empty() {
        return vec![vec![]];
    }
    let first = |&number: &usize| {
        let others: Vec<_> = numbers.iter().copied().filter(|other| *other != number).collect();
        orders(&others).into_iter().map(move |rest| [vec![number], rest].concat())
    };
    numbers.iter().flat_map(first).collect()
}

/// It gave up, was redriven, gave up again and was redriven again. The news come in any order and
/// twice: what happened last is noted in the end.
#[tokio::test]
async fn fault_81_news_in_any_order_leave_the_latest() {
    let happened = [("FAILED", 0), ("RUNNING", 10), ("ABORTED", 20), ("RUNNING", 30)];
    let (bed, mut tried) = (Bed::new().await, 0);
    for most in 1..=happened.len() {
        let (last, millis) = happened[most - 1];
        for order in orders(&(0..most).collect::<Vec<_>>()) {
            let trip = format!("trip-{tried}");
            let since = hold_flight(&bed, &trip).await;
            for number in order.iter().chain(&order) {
                let (status, millis) = happened[*number];
                bed.step(TripNote, news(&trip, status, since, millis)).await.unwrap();
            }
            let expected = Some((json!(last), millis));
            assert_eq!(noted(&bed, &trip, since).await, expected, "{order:?}");
            tried += 1;
        }
    }
    schedules(81, tried);
}

/// News from before a commit comes after it: whatever gave up then, somebody has worked since. The
/// commit itself takes away what was noted.
#[tokio::test]
async fn fault_81_a_commit_outdates_all_news_before_it() {
    let bed = Bed::new().await;
    let since = hold_flight(&bed, "trip-1").await;
    let late = news("trip-1", "FAILED", since, -LATER - 1);
    assert_eq!(bed.step(TripNote, late).await.unwrap(), json!({"noted": false}));
    let answer = bed.step(TripNote, news("trip-1", "FAILED", since, 0)).await.unwrap();
    assert_eq!(answer, json!({"noted": true}));
    assert_eq!(noted(&bed, "trip-1", since).await, Some((json!("FAILED"), 0)));

    bed.step(HotelReserve, Booking::new("trip-1").task("alice", "saga-1")).await.unwrap();
    assert_eq!(noted(&bed, "trip-1", since).await, None);
    schedules(81, 3);
}

/// A trip that is over, or that was never written, is told nothing.
#[tokio::test]
async fn fault_81_a_trip_that_is_over_or_unknown_is_told_nothing() {
    let bed = Bed::new().await;
    let since = hold_flight(&bed, "trip-1").await;
    bed.step(FlightCancel, Booking::new("trip-1").task("alice", "saga-1")).await.unwrap();
    for trip in ["trip-1", "trip-2"] {
        let answer = bed.step(TripNote, news(trip, "FAILED", since, 0)).await.unwrap();
        assert_eq!(answer, json!({"noted": false}), "{trip}");
    }
    assert_eq!(noted(&bed, "trip-1", since).await, None);
    assert!(bed.trips().load(&id("trip-2")).await.unwrap().is_none());
    schedules(81, 2);
}
