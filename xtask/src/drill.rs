//! `cargo xtask drill`: breaks a running system in each way that a runbook names, and mends it with
//! the runbook's commands.

use anyhow::Result;

use crate::command;

/// The drill is a test of the `trip` command; its lines are the record.
const DRILL: [&str; 7] =
    ["test", "--quiet", "--workspace", "--test", "drill", "--", "--show-output"];

/// Runs the drill.
///
/// # Errors
/// When a way has no break, or the system is not well after its commands.
pub fn run() -> Result<()> {
    command::run(command::cargo()?.args(DRILL))
}
