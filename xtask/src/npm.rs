//! npm packages, installed as their lockfiles say.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::Result;

use crate::command;

/// Installs the packages of a folder, unless that was done since its lockfile changed.
///
/// # Errors
/// When npm is missing or fails.
pub(crate) fn install(folder: &Path) -> Result<()> {
    if is_current(folder) {
        return Ok(());
    }
    command::run(Command::new("npm").current_dir(folder).args(["ci", "--no-audit", "--no-fund"]))
}

/// Whether npm installed after the lockfile was written: it leaves a copy of the lockfile.
fn is_current(folder: &Path) -> bool {
    let written = |file: &str| fs::metadata(folder.join(file)).and_then(|data| data.modified());
    match (written("package-lock.json"), written("node_modules/.package-lock.json")) {
        (Ok(pinned), Ok(installed)) => installed >= pinned,
        _ => false,
    }
}
