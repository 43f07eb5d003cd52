//! `trip completions`: what a shell needs to complete the command line.

use std::io::{self, Write};
use std::process::ExitCode;

use clap::Command;
use clap_complete::Shell;

use crate::output::Output;

/// For which shell.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The shell
    shell: Shell,
}

/// Prints the script for `command`, the whole command line.
pub(crate) fn run(args: &Args, command: Command, _output: &Output) -> anyhow::Result<ExitCode> {
    // The script is the same for a program and for a person.
    io::stdout().lock().write_all(&script(args.shell, command))?;
    Ok(ExitCode::SUCCESS)
}

/// Written to memory first, since the generator panics when the reader of its output goes away.
fn script(shell: Shell, mut command: Command) -> Vec<u8> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut command, "trip", &mut script);
    script
}

#[cfg(test)]
mod tests {
    use clap::ValueEnum;

    use super::*;
    use crate::args::command;

    #[test]
    fn every_shells_script_knows_the_commands() {
        for shell in Shell::value_variants() {
            let script = String::from_utf8(script(*shell, command())).unwrap();
            for word in ["timeline", "rebuild", "dry-run", "verify", "aws-endpoint"] {
                assert!(script.contains(word), "{shell}: {word}");
            }
        }
    }
}
