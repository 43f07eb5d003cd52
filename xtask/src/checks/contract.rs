//! The running API against its own OpenAPI document, by Schemathesis.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Result, bail};

use super::report::Outcome;
use super::system;
use crate::{command, workspace};

/// Where Schemathesis' version and settings are pinned, relative to the root.
const SETTINGS: &str = "query-api/schemathesis";

/// Starts a system, and lets Schemathesis send what its document allows and what it forbids.
pub(super) fn run() -> Result<Outcome> {
    let root = workspace::root()?;
    let Some(schemathesis) = install(&root)? else {
        return Ok(Outcome::Skipped("Python 3 with venv is not installed"));
    };
    let (_system, urls) = system::start("schemathesis", &[])?;
    let Some(url) = urls["api"].as_str() else { bail!("`trip up` did not say where its API is") };
    let settings = root.join(SETTINGS).join("schemathesis.toml");
    let mut fuzz = Command::new(schemathesis);
    // Schemathesis keeps what it found in its working directory.
    fuzz.current_dir(workspace::target_dir()?).env("NO_PROXY", "*");
    fuzz.arg("--config-file").arg(settings).arg("run").arg(format!("{url}/openapi.json"));
    // One worker: CPython's parser, which Hypothesis calls, can fail where two threads are in it at once
    // (python/cpython#106905).
    fuzz.args(["--header", "Authorization: Bearer dev-operator", "--workers", "1"]);
    command::run(&mut fuzz)?;
    Ok(Outcome::Passed)
}

/// Installs Schemathesis into an environment of its own, unless that was done since its pins changed.
/// Nothing comes back where Python is missing.
pub(super) fn install(root: &Path) -> Result<Option<PathBuf>> {
    let pins = root.join(SETTINGS).join("requirements.txt");
    let environment = workspace::target_dir()?.join("schemathesis");
    let (installed, program) = (environment.join("installed.txt"), environment.join("bin/st"));
    let wanted = fs::read_to_string(&pins)?;
    if fs::read_to_string(&installed).is_ok_and(|found| found == wanted) {
        return Ok(Some(program));
    }
    if !command::works("python3", "--version") {
        return Ok(None);
    }
    if command::run(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&environment))
        .is_err()
    {
        return Ok(None);
    }
    let mut pip = Command::new(environment.join("bin/python"));
    pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"]);
    command::run(pip.arg("--requirement").arg(pins))?;
    fs::write(installed, wanted)?;
    Ok(Some(program))
}
