//! The OpenAPI document by its linters, and the running API against it, by Schemathesis.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Result;

use super::clients;
use super::report::Outcome;
use super::system::System;
use crate::{command, python, workspace};

/// Where Schemathesis' version and settings are pinned, relative to the root.
const SETTINGS: &str = "query-api/schemathesis";

/// Lints the document; then starts a system, and Schemathesis sends requests that its document
/// allows and forbids.
pub(super) fn run() -> Result<Outcome> {
    let root = workspace::root()?;
    clients::lint(&root)?;
    let Some(programs) = install(&root)? else {
        return Ok(Outcome::Skipped(python::MISSING.into()));
    };
    let target = workspace::target_dir()?;
    let system = System::start("schemathesis", &[])?;
    let mut fuzz = Command::new(programs.join("st"));
    // Schemathesis writes its findings to its working directory.
    fuzz.current_dir(target).env("NO_PROXY", "*");
    fuzz.arg("--config-file").arg(root.join(SETTINGS).join("schemathesis.toml"));
    fuzz.arg("run").arg(format!("{}/openapi.json", system.api()?));
    // One worker: CPython's parser, which Hypothesis calls, can fail when two threads use it at
    // once (python/cpython#106905).
    fuzz.args(["--header", "Authorization: Bearer dev-operator", "--workers", "1"]);
    command::run(&mut fuzz)?;
    Ok(Outcome::Passed)
}

/// The folder of Schemathesis' programs; `None` if Python is missing.
pub(super) fn install(root: &Path) -> Result<Option<PathBuf>> {
    python::environment("schemathesis", &root.join(SETTINGS).join("requirements.txt"))
}
