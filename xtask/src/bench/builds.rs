//! The programs that are measured.

use std::path::PathBuf;
use std::process::Command;

use anyhow::Result;

use crate::{command, workspace};

/// The functions, and the program that runs their handlers over captured records.
const PACKAGES: [&str; 5] = ["dispatcher", "projector", "query-api", "saga", "hot-path"];

/// A folder of programs.
#[derive(Clone, Debug)]
pub(super) struct Build(PathBuf);

impl Build {
    /// Everything as the functions are built for Lambda, but for this processor and with its own
    /// linker.
    ///
    /// # Errors
    /// When it cannot be built.
    pub(super) fn function() -> Result<Self> {
        let mut build = command::cargo()?;
        build.args(["build", "--locked", "--profile", "function", "--bins"]);
        build.args(PACKAGES.iter().flat_map(|package| ["--package", package]));
        command::run(&mut build)?;
        Ok(Self(workspace::target_dir()?.join("function")))
    }

    /// The program that runs the handlers, as the tests are built: with a test among the targets,
    /// dependencies get the features that tests give them, and none is compiled anew.
    ///
    /// # Errors
    /// When it cannot be built.
    pub(super) fn debug() -> Result<Self> {
        let mut build = command::cargo()?;
        build.args([
            "build",
            "--workspace",
            "--bin",
            "hot-path",
            "--bin",
            "allocations",
            "--test",
            "rules",
        ]);
        command::run(&mut build)?;
        Ok(Self(workspace::target_dir()?.join("debug")))
    }

    pub(super) fn program(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    /// A command at the workspace's root.
    pub(super) fn command(&self, name: &str) -> Command {
        Command::new(self.program(name))
    }
}
