//! A trip is there from the first moment of its booking, for whoever looks for it and for whoever
//! has to end it.

use bed::{Bed, Booking, Fault, Gate, Point, book_on, eventually, settled, settled_system};
use domain::Timestamp;
use local::account::COMPENSATION_MACHINE;
use local::{Pace, System};
use reqwest::{Method, Response};
use saga::Operation::FlightReserve;
use serde_json::{Value, json};
use state_machine::{Status, Stop};

use super::machines::{Machines, Strike, picture};
use crate::faults::schedules;

async fn send(system: &System, method: Method, path: &str) -> Response {
    let request = reqwest::Client::new().request(method, format!("{}{path}", system.urls().api));
    request.bearer_auth("dev-customer-1").send().await.unwrap()
}

async fn get(system: &System, path: &str) -> Value {
    send(system, Method::GET, path).await.json().await.unwrap()
}

/// The trips that a search finds, once it finds any.
async fn found(system: &System, search: &str) -> Vec<String> {
    eventually(search, async || {
        let page = get(system, search).await;
        let rows = page["trips"].as_array().unwrap_or_else(|| panic!("{page}"));
        let trips: Vec<_> =
            rows.iter().map(|row| row["trip_id"].as_str().unwrap().to_owned()).collect();
        (!trips.is_empty()).then_some(trips)
    })
    .await
}

/// The airline does not answer. Until it does, the trip is read by its id, found by status, by
/// customer and by departure, and its cancellation says to come again.
#[tokio::test(flavor = "multi_thread")]
async fn fault_77_a_trip_whose_first_step_does_not_end_is_found_all_the_while() {
    let bed = Bed::new().await;
    let pace = Pace { supplier_timeout: std::time::Duration::from_secs(60), ..Pace::FAST };
    let options = local::Options { pace, ..bed.options() };
    let system = System::start(options).await.unwrap();
    let airline = Gate::default();
    let (gate, books) = (airline.clone(), bed.tables.sandbox.clone());
    bed.database.inject(move |call| {
        let asks_the_airline = call.operation == "PutItem" && call.body["TableName"] == *books;
        asks_the_airline.then(|| Fault::Hold(Point::Before, gate.clone()))
    });
    book_on(&system, &Booking::new("trip-1")).await;
    airline.reached().await;

    let trip = get(&system, "/trips/trip-1").await;
    assert_eq!((&trip["status"], &trip["version"]), (&json!("PENDING"), &json!(1)), "{trip}");
    assert_eq!(trip["amount"], json!({"value": "80000", "currency": "JPY"}));
    assert_eq!(trip.get("flight"), None, "{trip}");
    for search in ["/trips", "/trips?status=PENDING", "/trips?from=2026-03-01&to=2026-03-01"] {
        assert_eq!(found(&system, search).await, ["trip-1"], "{search}");
    }
    let answer = send(&system, Method::POST, "/trips/trip-1/cancellation").await;
    assert_eq!(
        (answer.status().as_u16(), &answer.headers()["retry-after"]),
        (409, &"1".parse().unwrap())
    );
    assert_eq!(answer.json::<Value>().await.unwrap()["code"], "TripNotConfirmed");

    airline.open();
    settled_system(&bed, &system).await;
    assert!(picture(&bed, "trip-1").await.starts_with("CONFIRMED"));
    schedules(77, 1);
    system.stop().await;
}

/// However a booking comes to nothing in its first step, every search that its status, customer and
/// departure fit lists it; so does one whose request breaks a rule.
#[tokio::test(flavor = "multi_thread")]
async fn fault_77_a_booking_that_fails_in_its_first_step_stands_in_every_search() {
    let (bed, system) = Bed::with_system().await;
    for trouble in ["error", "timeout", "timeout_after_effect", "unavailable"] {
        let sandbox = json!({"flight": trouble});
        book_on(&system, &Booking::new(&trouble.replace('_', "-")).with_sandbox(sandbox)).await;
    }
    let mut wrong_sum = Booking::new("wrong-sum").body().clone();
    wrong_sum["amount"] = json!(1);
    let request = reqwest::Client::new().post(format!("{}/trips", system.urls().api));
    let answer = request.bearer_auth("dev-customer-1").json(&wrong_sum).send().await.unwrap();
    assert_eq!(answer.status(), 202);
    settled_system(&bed, &system).await;
    let expected = ["error", "timeout", "timeout-after-effect", "unavailable", "wrong-sum"];
    for search in ["/trips", "/trips?status=FAILED", "/trips?from=2026-03-01&to=2026-03-01"] {
        assert_eq!(found(&system, search).await, expected, "{search}");
    }
    schedules(77, expected.len());
    system.stop().await;
}

/// The booking's own input, as an operator gives it to the compensation chain.
fn by_operator(input: &str, saga_id: &str) -> Value {
    let mut input: Value = serde_json::from_str(input).unwrap();
    input["saga_id"] = json!(saga_id);
    input["reason"] = json!("operator");
    input
}

/// Where a booking's first function is when its execution is stopped.
#[derive(Clone, Copy, Debug)]
enum Stopped {
    /// It has written nothing.
    BeforeAnyWrite,
    /// The trip is written, and nobody called.
    BeforeTheCall,
    /// It has done all of its work, and its answer is lost.
    AfterTheCall,
}

/// Stops the first call of the airline, which writes its books.
fn hold_airline(bed: &Bed) -> Gate {
    let gate = Gate::default();
    let mut next = Some(Fault::Hold(Point::Before, gate.clone()));
    bed.database.inject(move |call| (call.operation == "PutItem").then(|| next.take()).flatten());
    gate
}

/// An operator ends a booking that was stopped at any of these moments. The function, which nothing
/// stops, goes on afterwards, and holds nothing in the end.
#[tokio::test(flavor = "multi_thread")]
async fn fault_78_an_operators_compensation_ends_a_booking_that_was_stopped() {
    let stops = [Stopped::BeforeAnyWrite, Stopped::BeforeTheCall, Stopped::AfterTheCall];
    for stopped in stops {
        let machines = Machines::new().await;
        let gate = match stopped {
            Stopped::BeforeTheCall => hold_airline(&machines.bed),
            Stopped::BeforeAnyWrite => machines.hold(FlightReserve, "trip-1", Point::Before),
            Stopped::AfterTheCall => machines.hold(FlightReserve, "trip-1", Point::After),
        };
        let arn = machines.book("trip-1").await;
        gate.reached().await;
        machines.runner.stop(&arn, Stop::default()).await.unwrap();
        let booking = machines.end(&arn).await;

        let started = Timestamp::from_millis(booking.summary.start_date.as_millisecond());
        let saga_id = format!("{}@{started}", booking.summary.name);
        let input = by_operator(booking.input.as_deref().unwrap(), &saga_id);
        let chain = machines.start(COMPENSATION_MACHINE, "trip-1-operator", &input).await;
        let ended = machines.end(&chain).await;
        assert_eq!(ended.summary.status, Status::Succeeded, "{stopped:?}: {:?}", ended.error);
        assert!(picture(&machines.bed, "trip-1").await.starts_with("FAILED"), "{stopped:?}");

        gate.open();
        eventually("the function's answer", async || {
            machines.invocations.has_ended(FlightReserve, "trip-1").then_some(())
        })
        .await;
        let end = picture(&machines.bed, "trip-1").await;
        assert!(end.starts_with("FAILED") && end.ends_with("| "), "{stopped:?}: {end}");
        let trip = machines.bed.trip(&super::steps::id("trip-1")).await.unwrap();
        assert_eq!(trip.state().details(), Some(&Booking::new("trip-1").details()), "{stopped:?}");
        settled(&machines.bed).await;
    }
    schedules(78, stops.len());
}

/// The airline never answers, and the compensation that follows does not get through either: an
/// operator redrives what failed, or compensates anew.
#[tokio::test(flavor = "multi_thread")]
async fn fault_78_an_operator_ends_a_booking_whose_first_call_was_never_answered() {
    let machines = Machines::new().await;
    let unknown = Strike::Fail(Point::Before, "Unhandled");
    for step in [FlightReserve, saga::Operation::FlightCancel] {
        machines.invocations.strike_next(1, step, "trip-1", &unknown);
    }
    let arn = machines.book("trip-1").await;
    let booking = machines.end(&arn).await;
    assert_eq!(booking.summary.status, Status::Failed);
    let started = Timestamp::from_millis(booking.summary.start_date.as_millisecond());
    let input = by_operator(booking.input.as_deref().unwrap(), &format!("trip-1@{started}"));
    let chain = machines.start(COMPENSATION_MACHINE, "trip-1-operator", &input).await;
    assert_eq!(machines.end(&chain).await.summary.status, Status::Succeeded);
    assert_eq!(
        machines.picture("trip-1").await,
        "FAILED CANCELLED CANCELLED REFUNDED | trip.failed | "
    );
    settled(&machines.bed).await;
    schedules(78, 1);
}
