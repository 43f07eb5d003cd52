//! The step for each recorded state, and the longest time of a step, from the state machines
//! themselves.

use domain::TripState;
use domain::member::{
    FlightReservation, HotelBooking, PaymentStatus, PaymentTransaction, ReservationStatus,
};
use rstest::rstest;
use serde_json::{Value, json};
use store::RunStatus;
use testing::{claim, tombstone};

use super::*;

const MACHINES: [&str; 2] = [
    include_str!("../../../saga/trip-booking.asl.json"),
    include_str!("../../../saga/trip-compensation.asl.json"),
];

fn at() -> Timestamp {
    Timestamp::from_millis(1_772_326_800_000)
}

/// A trip, with one word for each member: `held`, `gone` or nothing.
fn trip(status: TripStatus, [flight, hotel, payment]: [&str; 3]) -> Trip {
    let claim = claim("trip-1", "1", "saga-1");
    let id = claim.trip_id.clone();
    let reservation = |word: &str| match word {
        "held" => Some(ReservationStatus::Reserved),
        "gone" => Some(ReservationStatus::Cancelled),
        _ => None,
    };
    let payment = match payment {
        "held" => Some(PaymentStatus::Captured),
        "gone" => Some(PaymentStatus::Declined),
        _ => None,
    };
    Trip::restore(TripState {
        flight: reservation(flight).map(|status| FlightReservation {
            id: FlightReservation::id_in(&id),
            status,
            reference: None,
        }),
        hotel: reservation(hotel).map(|status| HotelBooking {
            id: HotelBooking::id_in(&id),
            status,
            reference: None,
        }),
        payment: payment.map(|status| PaymentTransaction {
            id: PaymentTransaction::id_in(&id),
            status,
            reference: None,
        }),
        ..tombstone(claim, status, at())
    })
}

fn after(seconds: i64) -> Timestamp {
    Timestamp::from_millis(at().as_millis() + seconds * 1_000)
}

#[rstest]
#[case::opened(TripStatus::Pending, ["", "", ""], Step::ReserveFlight)]
#[case::flight(TripStatus::Pending, ["held", "", ""], Step::ReserveHotel)]
#[case::hotel(TripStatus::Pending, ["held", "held", ""], Step::ProcessPayment)]
#[case::flight_unknown(TripStatus::Compensating, ["", "", ""], Step::CancelFlight)]
#[case::hotel_unknown(TripStatus::Compensating, ["held", "", ""], Step::CancelHotel)]
#[case::hotel_refused(TripStatus::Compensating, ["held", "gone", ""], Step::CancelFlight)]
#[case::payment_unknown(TripStatus::Compensating, ["held", "held", ""], Step::RefundPayment)]
#[case::payment_declined(TripStatus::Compensating, ["held", "held", "gone"], Step::CancelHotel)]
#[case::hotel_given_back(TripStatus::Compensating, ["held", "gone", "gone"], Step::CancelFlight)]
#[case::cancelled(TripStatus::Cancelling, ["held", "held", "held"], Step::RefundPayment)]
fn the_step_that_is_waited_for_follows_from_what_is_recorded(
    #[case] status: TripStatus,
    #[case] members: [&str; 3],
    #[case] expected: Step,
) {
    let progress = Progress::of(&trip(status, members), None, after(1)).unwrap();
    let under_way = Progress { waits_for: expected, since: at(), stalled: false, gave_up: None };
    assert_eq!(progress, under_way);
}

#[rstest]
#[case(TripStatus::Pending, BOOKING_STEP + COMPENSATING_STEP)]
#[case(TripStatus::Compensating, COMPENSATING_STEP)]
#[case(TripStatus::Cancelling, COMPENSATING_STEP)]
fn a_trip_is_stalled_after_every_retry_could_have_been_made(
    #[case] status: TripStatus,
    #[case] longest: i64,
) {
    let trip = trip(status, ["held", "held", ""]);
    let stalled = |seconds| Progress::of(&trip, None, after(seconds)).unwrap().stalled;
    assert!(!stalled(longest + MARGIN));
    assert!(stalled(longest + MARGIN + 1));
    assert!(!stalled(-5), "a clock that is behind");
}

#[test]
fn no_saga_works_on_a_trip_that_is_done() {
    for status in [TripStatus::Confirmed, TripStatus::Failed, TripStatus::Cancelled] {
        let trip = trip(status, ["held", "held", "held"]);
        assert_eq!(Progress::of(&trip, Some(run(RunStatus::Failed, 1)), after(9_999)), None);
    }
}

fn run(status: RunStatus, seconds: i64) -> Run {
    let error = (status == RunStatus::Failed).then(|| "SupplierUnavailable".to_owned());
    Run { execution: "arn:aws:states:execution".to_owned(), status, at: after(seconds), error }
}

#[rstest]
#[case(RunStatus::Failed, Some("SupplierUnavailable"))]
#[case(RunStatus::TimedOut, None)]
#[case(RunStatus::Aborted, None)]
fn a_trip_whose_execution_ended_is_stalled_at_once(
    #[case] status: RunStatus,
    #[case] error: Option<&str>,
) {
    let trip = trip(TripStatus::Compensating, ["held", "held", ""]);
    let progress = Progress::of(&trip, Some(run(status, 5)), after(6)).unwrap();
    assert!(progress.stalled);
    assert_eq!(progress.gave_up, Some(GaveUp { at: after(5), error: error.map(str::to_owned) }));
}

#[test]
fn who_goes_on_has_all_its_retries_again() {
    let trip = trip(TripStatus::Compensating, ["held", "held", ""]);
    let resumed = COMPENSATING_STEP + MARGIN + 500;
    let progress = |seconds| {
        Progress::of(&trip, Some(run(RunStatus::Running, resumed)), after(seconds)).unwrap()
    };
    let under_way = progress(resumed + COMPENSATING_STEP + MARGIN);
    assert_eq!((under_way.stalled, under_way.since, under_way.gave_up), (false, at(), None));
    let lost = progress(resumed + COMPENSATING_STEP + MARGIN + 1);
    assert_eq!((lost.stalled, lost.gave_up), (true, None));
}

/// The tasks of the state machines by name, with the longest time that each is tried, in seconds.
fn tasks() -> Vec<(String, i64)> {
    let machines = MACHINES.map(|text| serde_json::from_str::<Value>(text).unwrap());
    let states = machines.iter().flat_map(|machine| machine["States"].as_object().unwrap());
    let tasks = states.filter(|(_, state)| state["Type"] == "Task");
    tasks.map(|(name, state)| (name.clone(), longest(state))).collect()
}

/// Every attempt takes its whole timeout, unless Lambda refuses it, and every wait is the longest
/// that its jitter allows.
fn longest(task: &Value) -> i64 {
    let timeout = task["TimeoutSeconds"].as_i64().unwrap();
    let retries = task["Retry"].as_array().unwrap().iter();
    timeout + retries.map(|retry| longest_retries(retry, timeout)).sum::<i64>()
}

fn longest_retries(retry: &Value, timeout: i64) -> i64 {
    let number = |name: &str| retry[name].as_i64().unwrap();
    let is_refused = retry["ErrorEquals"] == json!(["Lambda.TooManyRequestsException"]);
    let attempt = if is_refused { 0 } else { timeout };
    let (mut wait, mut longest) = (number("IntervalSeconds"), 0);
    for _ in 0..number("MaxAttempts") {
        longest += attempt + wait.min(number("MaxDelaySeconds"));
        wait *= number("BackoffRate");
    }
    longest
}

#[test]
fn the_longest_time_of_a_step_is_that_of_its_state_machine() {
    let tasks = tasks();
    assert_eq!(tasks.len(), 9);
    for (name, longest) in tasks {
        let expected = match name.as_str() {
            "ReserveFlight" | "ReserveHotel" | "ProcessPayment" => BOOKING_STEP,
            "RefundPayment" | "CancelHotel" | "CancelFlight" => COMPENSATING_STEP,
            other => panic!("no step is called {other}"),
        };
        assert_eq!(longest, expected, "{name}");
    }
}

#[test]
fn steps_are_written_as_their_states_are_called() {
    let steps = [
        Step::ReserveFlight,
        Step::ReserveHotel,
        Step::ProcessPayment,
        Step::RefundPayment,
        Step::CancelHotel,
        Step::CancelFlight,
    ];
    let states = tasks();
    for step in steps {
        assert!(states.iter().any(|(state, _)| json!(step) == json!(state)), "{step:?}");
    }
}
