//! What others test their consumers of streams with: the example of the kit, on DynamoDB Local; and
//! the consumers of `docs/streams/README.md`, to which a running system's stream is replayed.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};

use super::report::Outcome;
use super::subscribers::{NODE, line};
use super::system::System;
use crate::dynamodb_local::{self, Server};
use crate::{command, python, workspace};

/// The example, a workspace of its own, relative to the root.
const EXAMPLE: &str = "stream-replay/example";
/// The comparison, relative to the root.
const COMPARISON: &str = "tests/streams";
/// The page's programs, relative to the root.
const PAGE: &str = "docs/streams";

pub(super) fn run() -> Result<Outcome> {
    let root = workspace::root()?;
    example(&root)?;
    if !command::works("python3", "--version") {
        return Ok(Outcome::Skipped(python::MISSING.into()));
    }
    consumers(&root)?;
    Ok(Outcome::Passed)
}

/// Its dependencies are compiled once, in a folder of their own: they have fewer features than the
/// product's.
fn example(root: &Path) -> Result<()> {
    dynamodb_local::fetch()?;
    let server = Server::start(0)?;
    let target = workspace::target_dir()?.join("stream-replay-example");
    let mut test = command::cargo()?;
    test.current_dir(root.join(EXAMPLE)).args(["test", "--locked", "--quiet"]);
    test.env("DYNAMODB_ENDPOINT", server.url()).env("CARGO_TARGET_DIR", target);
    command::run(&mut test)
}

/// Compiles the consumer in TypeScript, starts a system, and replays its stream.
fn consumers(root: &Path) -> Result<()> {
    let (comparison, page) = (root.join(COMPARISON), root.join(PAGE));
    let tsc = root.join(NODE).join("node_modules/.bin/tsc");
    command::run(Command::new(tsc).arg("--project").arg(&comparison))?;
    let system = System::start("streams", &[])?;
    let dynamodb = system.urls["dynamodb"].as_str();
    let mut check = Command::new("python3");
    check.arg(comparison.join("check.py")).arg(system.api()?);
    check.arg(dynamodb.context("`trip up` did not say where its tables are")?);
    check.arg(workspace::target_dir()?.join("debug/trip"));
    let compiled = comparison.join(".generated/consumer.js");
    let any_port = Path::new("0");
    check.arg(line(&[Path::new("node"), &page.join("serve.mjs"), &compiled, any_port]));
    check.arg(line(&[
        Path::new("python3"),
        &page.join("serve.py"),
        &page.join("consumer.py"),
        any_port,
    ]));
    command::run(&mut check)
}
