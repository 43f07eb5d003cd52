//! The local system under load and as it grows: measured by the program `load`, which prints the
//! figures itself.

use anyhow::Result;

use crate::{command, workspace};

pub(super) fn run(what: &str, json: bool) -> Result<()> {
    let mut build = command::cargo()?;
    build.args(["build", "--locked", "--release", "--package", "cli", "--package", "bench"]);
    command::run(&mut build)?;
    let release = workspace::target_dir()?.join("release");
    let mut load = std::process::Command::new(release.join("load"));
    load.arg("--trip").arg(release.join("trip"));
    load.args(json.then_some("--json")).arg(what);
    command::run(&mut load)
}
