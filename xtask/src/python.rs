//! Python programs in separate environments, with only the packages that a file pins.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Result;

use crate::{command, workspace};

/// Why a check that needs Python is skipped.
pub(crate) const MISSING: &str = "Python 3 with venv is not installed";

/// The folder of programs of the environment with this name, with the packages of `pins`. They are
/// installed without dependency resolution, unless they are already installed for these pins.
/// `None` if Python is missing.
pub(crate) fn environment(name: &str, pins: &Path) -> Result<Option<PathBuf>> {
    let environment = workspace::target_dir()?.join(name);
    let (installed, programs) = (environment.join("installed.txt"), environment.join("bin"));
    let wanted = fs::read_to_string(pins)?;
    if fs::read_to_string(&installed).is_ok_and(|found| found == wanted) {
        return Ok(Some(programs));
    }
    if !command::works("python3", "--version") {
        return Ok(None);
    }
    if command::run(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&environment))
        .is_err()
    {
        return Ok(None);
    }
    let mut pip = Command::new(programs.join("python"));
    // What a program never imports need not be compiled.
    pip.args(["-m", "pip", "install", "--no-compile", "--no-deps"]);
    pip.args(["--quiet", "--disable-pip-version-check"]);
    command::run(pip.arg("--requirement").arg(pins))?;
    fs::write(installed, wanted)?;
    Ok(Some(programs))
}
