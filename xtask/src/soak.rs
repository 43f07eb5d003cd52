//! `cargo xtask soak`: the randomised test of the whole system, for as long as asked.

use std::process::Command;

use anyhow::Result;

use crate::dynamodb_local::{self, ENDPOINT_VARIABLE, Server};
use crate::{command, workspace};

/// Builds the integration tests, and with them the binaries of their package. Built alone, the soak
/// would have other features than the tests, and a build of its own of whatever they share.
const BUILD: [&str; 6] = ["test", "--quiet", "--workspace", "--test", "it", "--no-run"];

/// Runs rounds of the whole system under faults for `minutes`, all of it drawn from `seed`.
///
/// # Errors
/// When an invariant is violated, or the system cannot be started.
pub fn run(minutes: u64, seed: u64) -> Result<()> {
    dynamodb_local::fetch()?;
    command::run(command::cargo()?.args(BUILD))?;
    let server = Server::start(0)?;
    let mut soak = Command::new(workspace::target_dir()?.join("debug/soak"));
    soak.args(["--minutes", &minutes.to_string(), "--seed", &seed.to_string()]);
    command::run(soak.env(ENDPOINT_VARIABLE, server.url()))
}
