//! The checks themselves: each runs one tool over the whole workspace.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Result, ensure};

use super::report::Outcome;
use super::{browser, clients, subscribers};
use crate::dynamodb_local::{self, ENDPOINT_VARIABLE, Server};
use crate::{bench, command, faults, npm, workspace};

/// Where asl-validator's version is pinned, relative to the root.
const ASL_VALIDATOR: &str = "saga/asl-validator";
/// The infrastructure code, relative to the root.
const INFRA: &str = "infra";

pub(super) fn fmt() -> Result<Outcome> {
    cargo(&["fmt", "--all", "--check"])
}

pub(super) fn clippy() -> Result<Outcome> {
    cargo(&["clippy", "--workspace", "--all-targets", "--", "--deny", "warnings"])
}

pub(super) fn doc() -> Result<Outcome> {
    let mut doc = command::cargo()?;
    doc.args(["doc", "--workspace", "--no-deps"]).env("RUSTDOCFLAGS", "--deny warnings");
    command::run(&mut doc)?;
    Ok(Outcome::Passed)
}

pub(super) fn deny() -> Result<Outcome> {
    let version = command::capture(command::cargo()?.args(["deny", "--version"]))?;
    if !version.status.success() {
        return Ok(Outcome::Skipped("cargo-deny is not installed".into()));
    }
    cargo(&["deny", "check"])
}

pub(super) fn build() -> Result<Outcome> {
    cargo(&["test", "--workspace", "--no-run"])
}

/// All tests except the fault catalogue's, on their own DynamoDB Local. After a test fails the
/// others still run.
pub(super) fn test() -> Result<Outcome> {
    dynamodb_local::fetch()?;
    let server = Server::start(0)?;
    let mut test = command::cargo()?;
    test.args(["test", "--workspace", "--no-fail-fast", "--", "--skip", faults::TESTS]);
    test.env(ENDPOINT_VARIABLE, server.url());
    command::run(&mut test)?;
    Ok(Outcome::Passed)
}

pub(super) fn faults() -> Result<Outcome> {
    faults::run()?;
    Ok(Outcome::Passed)
}

/// What a record may cost, as far as it can be counted without a release build.
pub(super) fn bench() -> Result<Outcome> {
    bench::counted()?;
    Ok(Outcome::Passed)
}

pub(super) fn asl() -> Result<Outcome> {
    let root = workspace::root()?;
    let definitions = definitions(&root.join("saga"))?;
    ensure!(!definitions.is_empty(), "there is no saga/*.asl.json");
    let validator = root.join(ASL_VALIDATOR).join("node_modules/.bin/asl-validator");
    for definition in definitions {
        command::run(Command::new(&validator).arg("--json-path").arg(definition))?;
    }
    Ok(Outcome::Passed)
}

/// The infrastructure: its tests; and if Python is installed, its templates with cfn-lint and
/// checkov, and the workflow that admits bookings with an emulator.
pub(super) fn infra() -> Result<Outcome> {
    let folder = workspace::root()?.join(INFRA);
    for script in ["test", "lint:templates", "admission"] {
        command::run(Command::new("npm").current_dir(&folder).args(["run", script]))?;
    }
    Ok(Outcome::Passed)
}

/// Installs npm packages from their lockfiles, unless that was done since a file changed.
pub(super) fn install_npm_packages() -> Result<()> {
    let others = [ASL_VALIDATOR, INFRA, subscribers::NODE, browser::CONSOLE, browser::SIGN_IN];
    for folder in others.into_iter().chain(clients::NPM) {
        npm::install(&workspace::root()?.join(folder))?;
        println!("npm packages of {folder}: installed");
    }
    Ok(())
}

fn definitions(folder: &Path) -> Result<Vec<PathBuf>> {
    let files = fs::read_dir(folder)?.map(|entry| Ok(entry?.path()));
    let mut files: Vec<_> = files.collect::<Result<_>>()?;
    files.retain(|file| file.to_string_lossy().ends_with(".asl.json"));
    files.sort();
    Ok(files)
}

fn cargo(arguments: &[&str]) -> Result<Outcome> {
    command::run(command::cargo()?.args(arguments))?;
    Ok(Outcome::Passed)
}
