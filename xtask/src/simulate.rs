//! `cargo xtask simulate`: a day of bookings on AWS, by the bench's `simulate`.

use std::process::Command;

use anyhow::Result;

use crate::{command, workspace};

/// Builds with the whole workspace's features, as everything else does.
const BUILD: [&str; 5] = ["build", "--quiet", "--workspace", "--bin", "simulate"];

/// Runs the simulation with these arguments.
///
/// # Errors
/// When it cannot be built, or refuses its arguments.
pub fn run(arguments: &[String]) -> Result<()> {
    command::run(command::cargo()?.args(BUILD))?;
    command::run(Command::new(workspace::target_dir()?.join("debug/simulate")).args(arguments))
}
