//! The booking machine, row by row: what follows each task's success, refusal and unknown outcome.

use std::time::Duration;

use serde_json::{Value, json};
use state_machine::{RedriveStatus, Status};
use testing::RETRIED;

use crate::support::Answer::{self, Done, Error};
use crate::support::{Ended, World, product_machines};

const BOOKED: [&str; 4] = ["ReserveFlight", "ReserveHotel", "ProcessPayment", "BookingSucceeded"];

fn input() -> Value {
    json!({"trip_id": "trip-1", "customer_id": "c-1", "amount": 80000})
}

async fn book(script: &[(&str, Vec<Answer>)]) -> (World, Ended) {
    let world = World::new(product_machines()).await;
    for (function, answers) in script {
        world.script.say(function, answers.iter().cloned());
    }
    let ended = world.run("trip-booking", "trip-1", &input()).await;
    (world, ended)
}

#[tokio::test]
async fn a_booking_without_faults_reserves_captures_and_succeeds() {
    let (world, ended) = book(&[]).await;
    assert_eq!(
        (ended.status(), ended.visited.as_slice()),
        (Status::Succeeded, BOOKED.map(String::from).as_slice())
    );
    let result = json!({"member_id": "m-1", "member_status": "RESERVED", "trip_status": "PENDING"});
    let mut expected = input();
    expected["results"] = json!({"flight": result, "hotel": result, "payment": result});
    assert_eq!(ended.output(), expected);
    let saga_id = format!("trip-1@{:.3}", ended.description.summary.start_date);
    let calls = world.script.calls();
    let entered = &calls[0].payload["step"]["state"]["EnteredTime"];
    assert!(entered.as_str().is_some_and(|time| time.ends_with('Z')), "{entered}");
    let state = json!({"EnteredTime": entered, "Name": "ReserveFlight", "RetryCount": 0});
    let step = json!({"execution": ended.arn, "redrives": 0, "state": state});
    assert_eq!(calls[0].payload, json!({"input": input(), "saga_id": saga_id, "step": step}));
    assert!(calls.iter().all(|call| call.payload["saga_id"] == json!(saga_id)));
    assert_eq!(world.timer.slept(), Vec::<Duration>::new());
}

#[tokio::test]
async fn every_row_of_a_step_s_table_is_followed() {
    let (flight, hotel, payment) = ("FlightReserve", "HotelReserve", "PaymentProcess");
    let undo_flight = ["CancelFlight", "BookingFailed"];
    let undo_hotel = ["CancelHotel", "CancelFlight", "BookingFailed"];
    let undo_payment = ["RefundPayment", "CancelHotel", "CancelFlight", "BookingFailed"];
    let steps: [(_, _, &[&str], &[&str], usize); 3] = [
        (flight, "FlightUnavailable", &["FlightBookingFailed"], &undo_flight, 1),
        (hotel, "HotelUnavailable", &undo_flight, &undo_hotel, 2),
        (payment, "PaymentDeclined", &undo_hotel, &undo_payment, 3),
    ];
    for (function, own, refused, unknown, reached) in steps {
        for error in [own, "InvalidRequest", "TripConflict", "TripClosed"] {
            check(function, error, 1, reached, refused).await;
        }
        for error in ["Unhandled", "TripAlreadyConfirmed", "States.TaskFailed"] {
            check(function, error, 1, reached, unknown).await;
        }
        check(function, "SupplierTimeout", 4, reached, unknown).await;
    }
    check(flight, "HotelUnavailable", 1, 1, &undo_flight).await;
    check(hotel, "PaymentDeclined", 1, 2, &undo_hotel).await;
    check(payment, "FlightUnavailable", 1, 3, &undo_payment).await;
}

/// `function` always answers `error`: it is called `calls` times, in the `reached`th step, and then
/// `after` follows.
async fn check(function: &str, error: &'static str, calls: usize, reached: usize, after: &[&str]) {
    let (world, ended) = book(&[(function, vec![Error(error); 20])]).await;
    let case = format!("{function} answers {error}");
    assert_eq!(ended.visited, [&BOOKED[..reached], after].concat(), "{case}");
    assert_eq!(world.script.calls_of(function), calls, "{case}");
    assert_eq!((ended.status(), Some(&ended.error())), (Status::Failed, after.last()), "{case}");
    assert_eq!(ended.description.redrive_status, RedriveStatus::NotRedrivable, "{case}");
    assert_error_info(&world, &ended, function, error, after);
}

/// The error reaches every compensation; the whole input does too.
fn assert_error_info(world: &World, ended: &Ended, function: &str, error: &str, after: &[&str]) {
    let calls = world.script.calls();
    let compensations =
        &calls[calls.iter().rposition(|call| call.function == function).unwrap() + 1..];
    assert_eq!(compensations.len(), after.len() - 1, "{:?}", ended.visited);
    for call in compensations {
        assert_eq!(call.payload["input"]["error_info"]["Error"], json!(error));
        assert_eq!(call.payload["input"]["amount"], json!(80000));
    }
}

#[tokio::test]
async fn every_transient_error_is_retried_three_times_with_bounded_waits() {
    for error in RETRIED {
        let (world, ended) = book(&[("FlightReserve", vec![Error(error); 3])]).await;
        assert_eq!(ended.visited, BOOKED, "{error}");
        assert_eq!(world.script.calls_of("FlightReserve"), 4, "{error}");
        assert_waits(&world.timer.slept(), &[1, 2, 4]);
    }
}

#[tokio::test]
async fn every_transient_error_of_a_compensation_is_retried_twelve_times_with_bounded_waits() {
    for error in RETRIED {
        let script =
            [("HotelReserve", vec![Error("Unhandled")]), ("HotelCancel", vec![Error(error); 12])];
        let (world, ended) = book(&script).await;
        assert_eq!(ended.visited[2..], ["CancelHotel", "CancelFlight", "BookingFailed"], "{error}");
        let waits = match error {
            "Lambda.TooManyRequestsException" => [5, 10, 20, 40, 60, 60, 60, 60, 60, 60, 60, 60],
            _ => [1, 2, 4, 8, 16, 32, 60, 60, 60, 60, 60, 60],
        };
        assert_waits(&world.timer.slept(), &waits);
    }
}

#[tokio::test]
async fn a_compensation_that_lambda_refuses_is_tried_again_thirty_times() {
    let refused = vec![Error("Lambda.TooManyRequestsException"); 30];
    let script = [("HotelReserve", vec![Error("Unhandled")]), ("HotelCancel", refused)];
    let (world, ended) = book(&script).await;
    assert_eq!(ended.visited[2..], ["CancelHotel", "CancelFlight", "BookingFailed"]);
    assert_eq!(world.timer.slept().len(), 30);
}

fn assert_waits(slept: &[Duration], longest: &[u64]) {
    assert_eq!(slept.len(), longest.len());
    let bounded =
        slept.iter().zip(longest).all(|(slept, longest)| *slept <= Duration::from_secs(*longest));
    assert!(bounded, "{slept:?}");
}

#[tokio::test]
async fn a_payment_whose_commit_was_only_not_heard_of_is_a_booking() {
    let script = [
        ("PaymentProcess", vec![Error("Unhandled")]),
        ("PaymentRefund", vec![Error("TripAlreadyConfirmed")]),
    ];
    let (_, ended) = book(&script).await;
    assert_eq!(ended.visited[2..], ["ProcessPayment", "RefundPayment", "BookingSucceeded"]);
    assert_eq!(ended.status(), Status::Succeeded);
}

#[tokio::test]
async fn only_the_refund_can_find_the_trip_confirmed() {
    for (failing, confirmed, state) in [
        ("HotelReserve", "HotelCancel", "CancelHotel"),
        ("FlightReserve", "FlightCancel", "CancelFlight"),
    ] {
        let script =
            [(failing, vec![Error("Unhandled")]), (confirmed, vec![Error("TripAlreadyConfirmed")])];
        let (_, ended) = book(&script).await;
        assert_eq!(
            (ended.error(), ended.visited.last().unwrap().as_str()),
            ("TripAlreadyConfirmed", state)
        );
    }
}

#[tokio::test]
async fn an_exhausted_compensation_fails_the_execution_there_and_redrive_completes_it() {
    let compensations = [
        ("RefundPayment", "PaymentRefund"),
        ("CancelHotel", "HotelCancel"),
        ("CancelFlight", "FlightCancel"),
    ];
    for (state, function) in compensations {
        let script = [
            ("PaymentProcess", vec![Error("Unhandled")]),
            (function, vec![Error("SupplierUnavailable"); 13]),
        ];
        let (world, stuck) = book(&script).await;
        assert_eq!(
            (stuck.error(), stuck.visited.last().unwrap().as_str()),
            ("SupplierUnavailable", state)
        );
        assert_eq!(world.script.calls_of(function), 13, "{state}");
        assert_eq!(stuck.description.redrive_status, RedriveStatus::Redrivable, "{state}");

        world.runner.redrive(&stuck.arn, None).await.unwrap();
        let ended = world.end(&stuck.arn).await;
        assert_eq!(
            (ended.error(), ended.visited.last().unwrap().as_str()),
            ("BookingFailed", "BookingFailed")
        );
        assert_eq!(world.script.calls_of(function), 14, "{state}");
        assert_eq!(ended.description.summary.redrive_count, 1);
        assert_eq!(ended.description.redrive_status, RedriveStatus::NotRedrivable, "{state}");
    }
}

#[tokio::test]
async fn a_compensation_takes_no_refusal_for_an_answer() {
    for error in ["TripConflict", "TripClosed", "InvalidRequest", "Unhandled"] {
        let script = [
            ("PaymentProcess", vec![Error("PaymentDeclined")]),
            ("HotelCancel", vec![Error(error)]),
        ];
        let (world, ended) = book(&script).await;
        assert_eq!((ended.error(), ended.visited.last().unwrap().as_str()), (error, "CancelHotel"));
        assert_eq!(world.script.calls_of("HotelCancel"), 1);
    }
}

#[tokio::test]
async fn results_stay_small_whatever_a_function_answers() {
    let large = json!({"member_id": "m", "member_status": "s", "trip_status": null, "noise": "x".repeat(200_000)});
    let (world, ended) = book(&[("FlightReserve", vec![Answer::Value(large), Done])]).await;
    assert_eq!(ended.status(), Status::Succeeded);
    let flight = json!({"member_id": "m", "member_status": "s", "trip_status": null});
    assert_eq!(world.script.calls()[1].payload["input"]["results"], json!({"flight": flight}));
}
