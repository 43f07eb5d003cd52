//! The console in the browser: every page, a booking and its compensation watched live, and what
//! people without a mouse or with a phone meet.

use std::fs;
use std::process::Command;

use anyhow::{Context, Result};

use crate::checks::system::System;
use crate::{command, workspace};

/// The script and its pinned packages, relative to the root.
pub(in crate::checks) const PACKAGES: &str = "console/browser";

/// Runs the script on a system without a trip. The pictures of the pages are afterwards in
/// `folder`, in the target directory.
pub(super) fn run(chromium: &str, folder: &str) -> Result<()> {
    let pictures = workspace::target_dir()?.join(folder).join("pictures");
    fs::create_dir_all(&pictures)?;
    let system = System::start("console", &[])?;
    let script = workspace::root()?.join(PACKAGES).join("check.mjs");
    let mut check = Command::new("node");
    check.arg(script).arg(chromium).arg(system.api()?);
    for service in ["aws", "dynamodb"] {
        let place = system.urls[service].as_str();
        check.arg(place.with_context(|| format!("`trip up` did not say where {service} is"))?);
    }
    check.arg(&pictures);
    command::run(&mut check)?;
    println!("pictures of the console are in {}", pictures.display());
    Ok(())
}
