//! What bookings cost, without a running system.

use serde_json::Value;

use super::process::{run, trip};

/// The formula as a file, which the infrastructure's price table is made of.
const FORMULA: &str = include_str!("../../../infra/generated/costs.json");

#[test]
fn a_program_reads_the_lines_of_one_booking_and_the_floor() {
    let ended = run(trip(&["cost", "--bookings", "1", "--json"]), "");
    assert_eq!((ended.code, ended.stderr.as_str()), (Some(0), ""));
    let told: Value = serde_json::from_str(&ended.stdout).unwrap();
    let formula: Value = serde_json::from_str(FORMULA).unwrap();
    assert_eq!(told["bill"]["lines"], formula["perBooking"]);
    let (cost, floor) = (&told["bill"]["for_bookings"], &told["floor"]["for_bookings"]);
    let ratio = cost.as_f64().unwrap() / floor.as_f64().unwrap();
    assert!((told["floor"]["ratio"].as_f64().unwrap() - ratio).abs() < 1e-9, "{told}");
}

#[test]
fn a_person_reads_a_table_of_a_million_bookings_unless_told_otherwise() {
    let ended = run(trip(&["cost"]), "");
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert!(ended.stdout.starts_with("1,000,000 bookings a month on AWS: $"), "{ended:?}");
    assert!(ended.stdout.contains("\nSERVICE "), "{ended:?}");
}

#[test]
fn bookings_that_are_no_number_are_asked_wrongly() {
    let ended = run(trip(&["cost", "--bookings", "1e6"]), "");
    assert_eq!(ended.code, Some(2));
    assert!(ended.stderr.contains("must be a whole number from 0 to"), "{ended:?}");
}
