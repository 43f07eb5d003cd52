//! A running `trip up` for tests.

use std::path::Path;
use std::process::Command;

use lambda_kit::clients::sdk_config;
use lambda_kit::config::Config;
use serde_json::Value;
use store::Client;
use testing::Booking;

use super::process::{Ended, Process, run, trip};

/// Free ports of this machine, and JSON when ready.
const ARGUMENTS: [&str; 8] = [
    "up",
    "--json",
    "--listen",
    "127.0.0.1:0",
    "--dynamodb-listen",
    "127.0.0.1:0",
    "--aws-listen",
    "127.0.0.1:0",
];

/// A running system.
pub(crate) struct System {
    process: Process,
    /// The line that it printed when it was ready.
    pub(crate) ready: Value,
}

impl System {
    /// A system that keeps nothing.
    pub(crate) fn start() -> Self {
        Self::with(&["--ephemeral"])
    }

    pub(crate) fn with(arguments: &[&str]) -> Self {
        Self::of(trip(&[&ARGUMENTS, arguments].concat()))
    }

    /// A system that keeps nothing, with its files in a folder of `temporary` while it runs.
    pub(crate) fn ephemeral_in(temporary: &Path) -> Self {
        let mut command = trip(&[&ARGUMENTS as &[&str], &["--ephemeral"]].concat());
        command.env("TMPDIR", temporary);
        Self::of(command)
    }

    fn of(command: Command) -> Self {
        let mut process = Process::spawn(command);
        let line = process.read_until(|_| true);
        Self { process, ready: serde_json::from_str(&line).unwrap() }
    }

    pub(crate) fn url(&self, name: &str) -> &str {
        self.ready[name].as_str().unwrap()
    }

    /// A client of its tables.
    pub(crate) async fn dynamodb(&self) -> Client {
        let config = Config::from_map([
            ("AWS_REGION", "us-east-1"),
            ("AWS_ACCESS_KEY_ID", "local"),
            ("AWS_SECRET_ACCESS_KEY", "local"),
            ("AWS_ENDPOINT_URL_DYNAMODB", self.url("dynamodb")),
        ]);
        store::client(&sdk_config(&config, "dynamodb").await)
    }

    /// Runs a command on this system.
    pub(crate) fn trip(&self, line: &str) -> Ended {
        run(self.command(line), "")
    }

    /// Runs a command on this system with `input` on standard input.
    pub(crate) fn trip_with(&self, line: &str, input: &Value) -> Ended {
        run(self.command(line), &input.to_string())
    }

    /// The JSON that a successful command prints.
    pub(crate) fn json(&self, line: &str) -> Value {
        let ended = self.trip(&format!("{line} --json"));
        assert_eq!(ended.code, Some(0), "{line}: {ended:?}");
        serde_json::from_str(&ended.stdout).unwrap()
    }

    pub(crate) fn command(&self, line: &str) -> Command {
        let mut command = trip(&line.split(' ').collect::<Vec<_>>());
        command.env("TRIP_ENDPOINT", self.url("api"));
        command.env("TRIP_AWS_ENDPOINT", self.url("aws"));
        command.env("TRIP_DYNAMODB_ENDPOINT", self.url("dynamodb"));
        command
    }

    /// Books a trip and waits until it is confirmed.
    pub(crate) fn confirmed(&self, id: &str) {
        let ended = self.trip_with("book - --wait", &booking(id));
        assert_eq!(ended.code, Some(0), "{ended:?}");
    }

    /// Sends a signal and waits for the end.
    pub(crate) fn stop(self, signal: &str) -> Ended {
        self.process.signal(signal);
        self.process.end()
    }
}

/// A valid booking for future days, at a hotel whose name has special characters.
pub(crate) fn booking(id: &str) -> Value {
    let booking = Booking::new(id).departing("2031-03-01T10:00:00");
    let booking = booking.with("/hotel_details/hotel_name", "Hôtel d'Été");
    let booking = booking.with("/hotel_details/check_in_date", "2031-03-01");
    booking.with("/hotel_details/check_out_date", "2031-03-03").body().clone()
}
