//! Whatever the functions answer, a booking follows the saga's table, retries within its limits,
//! and ends.

use proptest::prelude::*;
use serde_json::json;
use state_machine::{RedriveStatus, Status};

use crate::support::Answer::{self, Done, Error};
use crate::support::{Ended, FUNCTIONS, World, product_machines};

/// Every transition that the saga's table allows.
const ALLOWED: [(&str, &[&str]); 6] = [
    ("ReserveFlight", &["ReserveHotel", "FlightBookingFailed", "CancelFlight"]),
    ("ReserveHotel", &["ProcessPayment", "CancelFlight", "CancelHotel"]),
    ("ProcessPayment", &["BookingSucceeded", "CancelHotel", "RefundPayment"]),
    ("RefundPayment", &["CancelHotel", "BookingSucceeded"]),
    ("CancelHotel", &["CancelFlight"]),
    ("CancelFlight", &["BookingFailed"]),
];

/// Each function, its state, and the most attempts in one visit.
const ATTEMPTS: [(&str, usize); 6] = [
    ("FlightReserve", 4),
    ("FlightCancel", 13),
    ("HotelReserve", 4),
    ("HotelCancel", 13),
    ("PaymentProcess", 4),
    ("PaymentRefund", 13),
];

fn answer() -> impl Strategy<Value = Answer> {
    prop_oneof![
        4 => Just(Done),
        6 => prop::sample::select(vec!["StoreConflict", "SupplierTimeout", "Lambda.Unknown", "States.Timeout"]).prop_map(Error),
        2 => prop::sample::select(vec!["FlightUnavailable", "HotelUnavailable", "PaymentDeclined", "TripClosed"]).prop_map(Error),
        1 => prop::sample::select(vec!["TripAlreadyConfirmed", "Unhandled"]).prop_map(Error),
    ]
}

fn scripts() -> impl Strategy<Value = Vec<Vec<Answer>>> {
    prop::collection::vec(prop::collection::vec(answer(), 0..30), FUNCTIONS.len())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn a_booking_ends_where_the_table_allows_with_bounded_retries(scripts in scripts()) {
        tokio::runtime::Runtime::new().unwrap().block_on(follow(scripts));
    }
}

/// Books, and redrives until the saga ends: the scripts are finite, so it does end.
async fn follow(scripts: Vec<Vec<Answer>>) {
    let world = World::new(product_machines()).await;
    for (function, answers) in FUNCTIONS.into_iter().zip(scripts) {
        world.script.say(function, answers);
    }
    let mut ended = world.run("trip-booking", "t", &json!({})).await;
    assert_attempts(&world, 1);
    let mut runs = 1;
    while ended.description.redrive_status == RedriveStatus::Redrivable {
        assert_stuck_in_a_compensation(&ended);
        world.runner.redrive(&ended.arn, None).await.unwrap();
        ended = world.end(&ended.arn).await;
        runs += 1;
        assert_attempts(&world, runs);
    }
    assert_path(&ended);
    assert_waits(&world, &ended, runs);
}

fn assert_attempts(world: &World, runs: usize) {
    for (function, most) in ATTEMPTS {
        assert!(world.script.calls_of(function) <= most * runs, "{function}");
    }
}

fn assert_stuck_in_a_compensation(ended: &Ended) {
    let last = ended.visited.last().unwrap().as_str();
    assert!(["RefundPayment", "CancelHotel", "CancelFlight"].contains(&last), "{last}");
    assert_eq!(ended.status(), Status::Failed);
}

fn assert_path(ended: &Ended) {
    for pair in ended.visited.windows(2) {
        let (_, allowed) =
            ALLOWED.iter().find(|(from, _)| *from == pair[0]).expect("an end has no successor");
        assert!(allowed.contains(&pair[1].as_str()), "{pair:?}");
    }
    let expected = match ended.visited.last().unwrap().as_str() {
        "BookingSucceeded" => (Status::Succeeded, ""),
        last @ ("BookingFailed" | "FlightBookingFailed") => (Status::Failed, last),
        other => panic!("ended in {other}"),
    };
    assert_eq!((ended.status(), ended.error()), expected);
}

/// There is one wait between two attempts of a visit, and no other wait.
fn assert_waits(world: &World, ended: &Ended, runs: usize) {
    let visits = ended.visited.len() - 1;
    assert_eq!(world.timer.slept().len(), world.script.calls().len() - visits - (runs - 1));
}
