//! `cargo xtask soak`: the randomised test of the whole system, for as long as asked.

use anyhow::Result;

use crate::command;
use crate::dynamodb_local::{self, ENDPOINT_VARIABLE, Server};

/// Runs rounds of the whole system under faults for `minutes`, all of it drawn from `seed`.
///
/// # Errors
/// When an invariant is violated, or the system cannot be started.
pub fn run(minutes: u64, seed: u64) -> Result<()> {
    dynamodb_local::fetch()?;
    let server = Server::start(0)?;
    let mut soak = command::cargo()?;
    soak.args(["run", "--quiet", "--package", "tests", "--bin", "soak", "--"]);
    soak.args(["--minutes", &minutes.to_string(), "--seed", &seed.to_string()]);
    command::run(soak.env(ENDPOINT_VARIABLE, server.url()))
}
