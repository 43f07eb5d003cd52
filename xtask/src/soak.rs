//! `cargo xtask soak`: the randomised test of the whole system, for a given time.

use std::process::Command;

use anyhow::Result;

use crate::dynamodb_local::{self, ENDPOINT_VARIABLE, Server};
use crate::{command, workspace};

/// Builds the integration tests, and with them the binaries of their package. If the soak were
/// built alone, it would have other features than the tests, and would need a separate build of the
/// shared crates.
const BUILD: [&str; 6] = ["test", "--quiet", "--workspace", "--test", "it", "--no-run"];

/// Runs rounds of the whole system under faults for `minutes`, with all randomness from `seed`.
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
