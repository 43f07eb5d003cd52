//! The subscribers of `docs/events/README.md`: each reads the bus of a running system, and the
//! webhook is a target of a rule, and a subscriber of an ordered bus. And the schemas in a
//! validator of theirs.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use super::report::Outcome;
use super::system::System;
use crate::{command, python, workspace};

/// Their pinned libraries, and the comparison, relative to the root.
const SUBSCRIBERS: &str = "tests/subscribers";
/// The packages of the subscriber in TypeScript.
pub(super) const NODE: &str = "tests/subscribers/node";

/// Compiles the subscribers, starts a system, and compares what each prints with what was
/// published.
pub(super) fn run() -> Result<Outcome> {
    let root = workspace::root()?;
    let Some(programs) = install(&root)? else {
        return Ok(Outcome::Skipped(python::MISSING.into()));
    };
    let target = workspace::target_dir()?;
    let node = root.join(NODE);
    let tsc = node.join("node_modules/.bin/tsc");
    command::run(Command::new(tsc).arg("--project").arg(&node))?;
    command::run(Command::new("node").arg(node.join("schemas.js")))?;
    let rust = target.join("subscribers/target");
    let mut build = command::cargo()?;
    build.current_dir(root.join(SUBSCRIBERS).join("rust")).args(["build", "--locked", "--quiet"]);
    command::run(build.env("CARGO_TARGET_DIR", &rust))?;

    let python = programs.join("python");
    let check = |script: &str, system: &System| -> Result<Command> {
        let aws = system.urls["aws"].as_str().context("`trip up` did not say where its bus is")?;
        let mut check = Command::new(&python);
        check.arg(root.join(SUBSCRIBERS).join(script)).arg(system.api()?).arg(aws);
        Ok(check)
    };
    let system = System::start("subscribers", &[])?;
    let mut reading = check("check.py", &system)?;
    reading.arg(target.join("debug/trip"));
    reading.arg(line(&[&python, &root.join("docs/events/subscriber.py")]));
    reading.arg(line(&[Path::new("node"), &node.join(".generated/subscriber.js")]));
    reading.arg(line(&[&rust.join("debug/subscriber")]));
    command::run(&mut reading)?;
    let webhook = line(&[&python, &root.join("docs/events/webhook.py")]);
    command::run(check("webhook.py", &system)?.arg(&webhook))?;
    drop(system);
    let ordered = System::start("subscribers", &["--bus", "ordered"])?;
    command::run(check("ordered.py", &ordered)?.arg(&webhook))?;
    Ok(Outcome::Passed)
}

/// The folder of Python's programs; `None` if Python is missing.
pub(super) fn install(root: &Path) -> Result<Option<PathBuf>> {
    let pins = root.join(SUBSCRIBERS).join("python/requirements.txt");
    python::environment("subscriber", &pins)
}

/// A command line for a shell's reader: every word in quotes.
pub(super) fn line(words: &[&Path]) -> String {
    let quoted = words.iter().map(|word| format!("'{}'", word.display()));
    quoted.collect::<Vec<_>>().join(" ")
}
