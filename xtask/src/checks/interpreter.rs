//! The state machines in a second interpreter, moto's, beside what the local one does.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Result;

use super::report::Outcome;
use crate::python;
use crate::{command, workspace};

/// The comparison, with moto's pinned version, relative to the root.
const COMPARISON: &str = "saga/moto";

/// Compares every decision in `saga/decisions.json`.
pub(super) fn run() -> Result<Outcome> {
    let root = workspace::root()?;
    let Some(programs) = install(&root)? else {
        return Ok(Outcome::Skipped(python::MISSING.into()));
    };
    let mut compare = Command::new(programs.join("python"));
    compare.arg(root.join(COMPARISON).join("check.py")).env("PYTHONDONTWRITEBYTECODE", "1");
    command::run(&mut compare)?;
    Ok(Outcome::Passed)
}

/// The folder of the environment's programs; `None` if Python is missing.
pub(super) fn install(root: &Path) -> Result<Option<PathBuf>> {
    python::environment("moto", &root.join(COMPARISON).join("requirements.txt"))
}
