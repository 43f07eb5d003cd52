//! `cargo xtask dist`: the functions in AWS Lambda's form, one archive each.

mod archive;
mod budget;

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};
use clap::ValueEnum;

use crate::{command, workspace};
use budget::{BUDGETS, Budget, Size};

/// The functions' packages, built in groups: what one package asks of a library is linked by all of
/// its group. `infra` names the archives after their binaries.
const PACKAGES: [&[&str]; 2] =
    [&["dispatcher", "projector", "query-api", "saga"], &["console-function"]];
/// The profile of the functions in the workspace's manifest.
const PROFILE: &str = "function";
const INSTALL: &str = "cargo-lambda is missing: pip install cargo-lambda (it brings Zig, which links for \
    Amazon Linux 2023), and for another processor than this one: rustup target add";

/// The processor that the functions run on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Arch {
    /// AWS Graviton
    Arm64,
    /// Intel and AMD
    #[value(name = "x86_64")]
    X86_64,
}

impl Arch {
    const fn option(self) -> &'static str {
        match self {
            Self::Arm64 => "--arm64",
            Self::X86_64 => "--x86-64",
        }
    }

    const fn target(self) -> &'static str {
        match self {
            Self::Arm64 => "aarch64-unknown-linux-gnu",
            Self::X86_64 => "x86_64-unknown-linux-gnu",
        }
    }
}

/// Builds the functions and writes one archive each into `target/dist`. Prints their sizes.
///
/// # Errors
/// When cargo-lambda is missing, the build fails, an archive cannot be written, or a function is
/// larger than its budget.
pub fn run(arch: Arch) -> Result<()> {
    let lambda = command::capture(command::cargo()?.args(["lambda", "--version"]))?;
    if !lambda.status.success() {
        bail!("{INSTALL} {}", arch.target());
    }
    for packages in PACKAGES {
        build(arch, packages)?;
    }
    let target = workspace::target_dir()?;
    let folder = target.join("dist");
    fs::create_dir_all(&folder)?;
    let mut over = Vec::new();
    for budget in BUDGETS {
        let size = pack(&target, &folder, budget)?;
        println!("{size}");
        over.extend(size.is_over().then_some(budget.name));
    }
    println!("archives: {}", folder.display());
    ensure!(over.is_empty(), "over the budget of xtask/src/dist/budget.rs: {}", over.join(", "));
    Ok(())
}

/// cargo-lambda leaves each binary as `lambda/NAME/bootstrap` in the target folder.
fn build(arch: Arch, packages: &[&str]) -> Result<()> {
    let mut build: Command = command::cargo()?;
    build.args(["lambda", "build", "--profile", PROFILE, "--locked", arch.option()]);
    for package in packages {
        build.args(["--package", package]);
    }
    command::run(&mut build)
}

/// What a function reads beside its binary.
fn beside(function: &str) -> Vec<archive::File> {
    let of_api = function == "query-api";
    let names = swagger_ui::names().filter(|_| of_api);
    let file =
        |name: &str| Some((format!("{}/{name}", swagger_ui::FOLDER), swagger_ui::file(name)?));
    names.filter_map(file).collect()
}

fn pack(target: &Path, folder: &Path, budget: Budget) -> Result<Size> {
    let built = target.join("lambda").join(budget.name).join("bootstrap");
    let binary = fs::read(&built).with_context(|| format!("cannot read {}", built.display()))?;
    let archive = archive::of_bootstrap(&binary, &beside(budget.name))?;
    fs::write(folder.join(format!("{}.zip", budget.name)), &archive)?;
    Ok(Size { budget, binary: binary.len(), archive: archive.len() })
}
