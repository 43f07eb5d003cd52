//! The functions' spans as a collector gets them: real binaries, and OTLP over HTTP.

mod collector;
mod functions;
mod logs;
mod steps;
mod system;
mod together;
mod trouble;

use std::collections::BTreeMap;

use bed::{Bed, Booking, Sandbox};
use serde_json::{Value, json};

const DISPATCHER: &str = env!("CARGO_BIN_EXE_function-dispatcher");
const PUPPET: &str = env!("CARGO_BIN_EXE_function-puppet");
const QUERY_API: &str = env!("CARGO_BIN_EXE_function-query-api");
const SAGA: &str = env!("CARGO_BIN_EXE_function-saga");
const SWEEPER: &str = env!("CARGO_BIN_EXE_function-sweeper");

/// The bed's settings, and where spans go.
fn settings(bed: &Bed, endpoint: &str) -> BTreeMap<String, String> {
    bed.settings_with(&[("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint)])
}

/// `flight.reserve` as a process of its own.
fn flight_reserve(bed: &Bed, endpoint: &str) -> Sandbox {
    Sandbox::new(SAGA, "flight.reserve", &settings(bed, endpoint))
}

/// An execution of which Datadog's libraries publish the ids, and the state in it.
const EXECUTION: &str = "arn:aws:states:sa-east-1:425362996713:execution:abhinav-activity-state-machine:72a7ca3e-901c-41bb-b5a3-5f279b92a316";
const TRACE: &str = "3e7a89d1b7310603060a0dcfb971e72f";
const STATE: &str = "3686cf2255458220";

/// The payload of a step of that execution.
fn task(booking: &Booking) -> Value {
    let mut task = booking.task("alice", "saga-1");
    task["step"] = json!({
        "execution": EXECUTION,
        "redrives": 0,
        "state": {
            "Name": "Lambda Invoke",
            "EnteredTime": "2024-12-04T19:38:04.118Z",
            "RetryCount": 0,
        },
    });
    task
}
