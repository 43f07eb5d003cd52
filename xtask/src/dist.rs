//! `cargo xtask dist`: the functions in AWS Lambda's form, one archive each.

mod archive;

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use clap::ValueEnum;

use crate::{command, workspace};

/// The functions' packages, each with its binaries. `infra` names the archives after the binaries.
const FUNCTIONS: [(&str, &[&str]); 4] = [
    ("dispatcher", &["dispatcher", "sweeper"]),
    ("projector", &["projector"]),
    ("query-api", &["query-api"]),
    ("saga", &["saga"]),
];
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

/// An archive that was written.
struct Written {
    path: PathBuf,
    binary: usize,
    archive: usize,
}

impl fmt::Display for Written {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mib = |bytes: usize| bytes as f64 / f64::from(1 << 20);
        let (binary, archive) = (mib(self.binary), mib(self.archive));
        write!(f, "{:<40} {binary:>6.1} MiB, zipped {archive:>5.1} MiB", self.path.display())
    }
}

/// Builds the functions for release and writes one archive each into `target/dist`.
///
/// # Errors
/// When cargo-lambda is missing, the build fails, or an archive cannot be written.
pub fn run(arch: Arch) -> Result<()> {
    let lambda = command::capture(command::cargo()?.args(["lambda", "--version"]))?;
    if !lambda.status.success() {
        bail!("{INSTALL} {}", arch.target());
    }
    build(arch)?;
    let target = workspace::target_dir()?;
    let folder = target.join("dist");
    fs::create_dir_all(&folder)?;
    for name in FUNCTIONS.iter().flat_map(|(_, binaries)| *binaries) {
        println!("{}", pack(&target, &folder, name)?);
    }
    Ok(())
}

/// cargo-lambda leaves each binary as `lambda/NAME/bootstrap` in the target folder.
fn build(arch: Arch) -> Result<()> {
    let mut build: Command = command::cargo()?;
    build.args(["lambda", "build", "--release", "--locked", arch.option()]);
    for (package, _) in FUNCTIONS {
        build.args(["--package", package]);
    }
    command::run(&mut build)
}

fn pack(target: &Path, folder: &Path, name: &str) -> Result<Written> {
    let built = target.join("lambda").join(name).join("bootstrap");
    let binary = fs::read(&built).with_context(|| format!("cannot read {}", built.display()))?;
    let archive = archive::of_bootstrap(&binary)?;
    let path = folder.join(format!("{name}.zip"));
    fs::write(&path, &archive)?;
    Ok(Written { path, binary: binary.len(), archive: archive.len() })
}
