//! The running API against its own OpenAPI document, by Schemathesis.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};
use std::{fs, io};

use anyhow::{Result, bail};

use super::report::Outcome;
use crate::leash::Leashed;
use crate::{command, workspace};

/// Where Schemathesis' version and settings are pinned, relative to the root.
const SETTINGS: &str = "query-api/schemathesis";
/// How long the system may take to start.
const PATIENCE: Duration = Duration::from_secs(60);

/// Starts a system, and lets Schemathesis send what its document allows and what it forbids.
pub(super) fn run() -> Result<Outcome> {
    let root = workspace::root()?;
    let Some(schemathesis) = install(&root)? else {
        return Ok(Outcome::Skipped("Python 3 with venv is not installed"));
    };
    // With a test among the targets, dependencies have the features that tests give them: what the tests
    // compiled serves here too.
    command::run(command::cargo()?.args([
        "build",
        "--workspace",
        "--bin",
        "trip",
        "--test",
        "rules",
    ]))?;
    let (_system, url) = start(&workspace::target_dir()?)?;
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

/// A system that keeps nothing and takes requests at any rate, and the URL of its API.
fn start(target: &Path) -> Result<(Leashed, String)> {
    let ready = target.join("schemathesis/ready.json");
    let trip = target.join("debug/trip").display().to_string();
    let options = "up --json --ephemeral --rate 0 \
        --listen 127.0.0.1:0 --dynamodb-listen 127.0.0.1:0 --aws-listen 127.0.0.1:0";
    let program = [&*trip].into_iter().chain(options.split_whitespace());
    let mut system = Leashed::start_into(program, fs::File::create(&ready)?)?;
    let begun = Instant::now();
    while begun.elapsed() < PATIENCE {
        if let Some(url) = url(&ready)? {
            return Ok((system, url));
        }
        if let Some(status) = system.ended()? {
            bail!("`trip up` ended with {status}");
        }
        thread::sleep(Duration::from_millis(100));
    }
    bail!("`trip up` was not ready within {} s", PATIENCE.as_secs())
}

/// The API's URL, once the whole line is written that says where everything listens.
fn url(ready: &Path) -> io::Result<Option<String>> {
    let printed = fs::read_to_string(ready)?;
    let value: Option<serde_json::Value> = serde_json::from_str(&printed).ok();
    Ok(value.and_then(|ready| ready["api"].as_str().map(str::to_owned)))
}
