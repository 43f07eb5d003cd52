//! The product's two machines, and small machines for single tests.

use std::collections::BTreeMap;

use serde_json::Value;
use state_machine::{Definition, Machine};

pub(crate) const BOOKING: &str = include_str!("../../../../../saga/trip-booking.asl.json");
pub(crate) const COMPENSATION: &str =
    include_str!("../../../../../saga/trip-compensation.asl.json");

/// The functions, each under the substitution `NAMEFunctionArn`.
pub(crate) const FUNCTIONS: [&str; 6] = [
    "FlightReserve",
    "FlightCancel",
    "HotelReserve",
    "HotelCancel",
    "PaymentProcess",
    "PaymentRefund",
];

pub(crate) fn machine(name: &str, json: &str) -> Machine {
    let substitutions: BTreeMap<String, String> = FUNCTIONS
        .into_iter()
        .map(|function| (format!("{function}FunctionArn"), function.to_owned()))
        .collect();
    let definition =
        Definition::load(json, &substitutions).unwrap_or_else(|errors| panic!("{name}: {errors}"));
    let arn = format!("arn:aws:states:us-east-1:000000000000:stateMachine:{name}");
    Machine { name: name.to_owned(), arn, definition }
}

/// A machine of one test, from its states.
pub(crate) fn of_states(start_at: &str, states: &Value) -> Machine {
    machine("test", &serde_json::json!({"StartAt": start_at, "States": states}).to_string())
}

pub(crate) fn product_machines() -> Vec<Machine> {
    vec![machine("trip-booking", BOOKING), machine("trip-compensation", COMPENSATION)]
}
