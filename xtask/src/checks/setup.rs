//! The programs that the checks need besides Rust: installed through the system's package manager
//! if possible, otherwise named with the command that installs them.

use std::process::Command;
use std::thread;

use anyhow::{Result, anyhow, bail};

use super::report::Outcome;
use super::{browser, clients, contract, interpreter, steps, subscribers};
use crate::dynamodb_local::{self, Java, MINIMUM_JAVA};
use crate::{command, workspace};

/// A program that the checks start.
struct Tool {
    name: &'static str,
    is_there: fn() -> bool,
    /// Debian's packages: alternatives, of which the first that can be installed is used.
    packages: &'static [&'static [&'static str]],
}

const TOOLS: &[Tool] = &[
    Tool {
        name: "Java 17 or later",
        is_there: || Java::installed().is_some_and(|java| java.feature_release >= MINIMUM_JAVA),
        packages: &[&["openjdk-17-jre-headless"], &["openjdk-21-jre-headless"]],
    },
    Tool {
        name: "Node.js with npm",
        is_there: || command::works("node", "--version") && command::works("npm", "--version"),
        packages: &[&["nodejs", "npm"]],
    },
];

/// Programs without which a check is skipped.
const OPTIONAL: &[Tool] = &[Tool {
    name: "Chromium",
    is_there: || browser::chromium().is_some(),
    packages: &[&["chromium"]],
}];

/// Installs missing programs and fetches what the checks need.
pub(super) fn run() -> Result<Outcome> {
    TOOLS.iter().try_for_each(provide)?;
    for error in OPTIONAL.iter().filter_map(|tool| provide(tool).err()) {
        println!("{error:#}; its check is skipped");
    }
    // Each package manager works on one processor, and waits for its registry.
    thread::scope(|scope| {
        let python = scope.spawn(install_python_packages);
        dynamodb_local::fetch()?;
        steps::install_npm_packages()?;
        python.join().map_err(|_| anyhow!("the installation of Python packages panicked"))?
    })?;
    Ok(Outcome::Passed)
}

fn install_python_packages() -> Result<()> {
    let root = workspace::root()?;
    for install in [interpreter::install, contract::install, clients::install, subscribers::install]
    {
        install(&root)?;
    }
    Ok(())
}

fn provide(tool: &Tool) -> Result<()> {
    if (tool.is_there)() {
        println!("{}: found", tool.name);
        return Ok(());
    }
    if !can_install() {
        bail!("{} is missing: {}", tool.name, advice(tool));
    }
    command::run(Command::new("apt-get").arg("update"))?;
    let installed = tool.packages.iter().any(|packages| install(packages));
    if installed && (tool.is_there)() {
        return Ok(());
    }
    bail!("{} could not be installed: {}", tool.name, advice(tool))
}

/// Only root may install, and only Debian's package manager is supported.
fn can_install() -> bool {
    let is_root = command::capture(Command::new("id").arg("-u"))
        .is_ok_and(|output| output.stdout.trim_ascii() == b"0");
    is_root && command::works("apt-get", "--version")
}

fn install(packages: &[&str]) -> bool {
    let mut apt = Command::new("apt-get");
    apt.env("DEBIAN_FRONTEND", "noninteractive");
    apt.args(["install", "--yes", "--no-install-recommends"]).args(packages);
    command::run(&mut apt).is_ok()
}

/// The command that installs the first alternative.
fn advice(tool: &Tool) -> String {
    let packages = tool.packages.first().map_or_else(String::new, |packages| packages.join(" "));
    format!("sudo apt-get install -y {packages} (Debian, Ubuntu), or your system's packages for it")
}
