//! The console's sign-in in the browser, at a provider that is not ours: in and back to the page,
//! out here and there, and what somebody is told who may not come in.

use std::process::Command;

use anyhow::Result;

use crate::{command, workspace};

/// The script and its pinned packages, relative to the root.
pub(in crate::checks) const PACKAGES: &str = "console/sign-in/browser";

/// Runs the script on a small site behind the sign-in.
pub(super) fn run(chromium: &str) -> Result<()> {
    command::run(command::cargo()?.args(["build", "--workspace", "--example", "site"]))?;
    let script = workspace::root()?.join(PACKAGES).join("check.mjs");
    let site = workspace::target_dir()?.join("debug/examples/site");
    command::run(Command::new("node").arg(script).arg(chromium).arg(site))
}
