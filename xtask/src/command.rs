//! Running other programs, with errors that name the command line.

use std::ffi::{OsStr, OsString};
use std::path::Path;
use std::process::{Command, ExitStatus, Output, Stdio};
use std::{env, iter};

use anyhow::{Context, Result, bail};

use crate::workspace;

/// What cargo tells a program that it runs about the program's package.
const OF_PACKAGE: [&str; 2] = ["CARGO_MANIFEST_", "CARGO_PKG_"];

/// The cargo that runs this program, at the workspace's root.
///
/// It is not told of this program's package: ring's build script is run again when that changes,
/// and all that links ring would be compiled again after a cargo that a person has run.
pub(crate) fn cargo() -> Result<Command> {
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.current_dir(workspace::root()?);
    let is_of_package = |name: &OsString| {
        let name = name.to_string_lossy();
        OF_PACKAGE.iter().any(|begin| name.starts_with(begin))
    };
    for name in env::vars_os().map(|(name, _)| name).filter(is_of_package) {
        cargo.env_remove(name);
    }
    Ok(cargo)
}

/// Runs a command to its end on this terminal. Any exit code except 0 is an error.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let status = command.status().with_context(|| format!("cannot start {}", line(command)))?;
    succeeded(command, status)
}

/// Runs a command to its end and captures its output, whatever its exit code is.
pub(crate) fn capture(command: &mut Command) -> Result<Output> {
    command.stdin(Stdio::null()).output().with_context(|| format!("cannot start {}", line(command)))
}

/// Runs a command to its end and captures its output, except its messages, which go to this
/// terminal.
pub(crate) fn capture_stdout(command: &mut Command) -> Result<Output> {
    command.stdin(Stdio::null()).stderr(Stdio::inherit());
    command.output().with_context(|| format!("cannot start {}", line(command)))
}

/// Refuses any exit code except 0.
pub(crate) fn succeeded(command: &Command, status: ExitStatus) -> Result<()> {
    if !status.success() {
        bail!("{} ended with {status}", line(command));
    }
    Ok(())
}

/// Whether `program` can be started with `argument` and exits successfully.
pub(crate) fn works(program: &str, argument: &str) -> bool {
    capture(Command::new(program).arg(argument)).is_ok_and(|output| output.status.success())
}

/// The command line, for messages: the program without its folder.
fn line(command: &Command) -> String {
    let program = Path::new(command.get_program());
    let name = program.file_name().unwrap_or(command.get_program());
    let words: Vec<_> =
        iter::once(name).chain(command.get_args()).map(OsStr::to_string_lossy).collect();
    format!("`{}`", words.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cargo_is_told_nothing_of_this_package() {
        let cargo = cargo().unwrap();
        let removed: Vec<_> = cargo.get_envs().filter(|(_, value)| value.is_none()).collect();
        // Cargo runs this test as it runs this program.
        let own = env::var_os("CARGO_PKG_NAME").map(|_| OsStr::new("CARGO_PKG_NAME"));
        assert!(own.is_some_and(|own| removed.contains(&(own, None))), "{removed:?}");
    }
}
