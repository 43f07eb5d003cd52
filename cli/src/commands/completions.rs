//! `trip completions`: what a shell needs to complete the command line.

use std::io::{self, Write};
use std::process::ExitCode;

use clap_complete::Shell;

use crate::args;
use crate::output::Output;

/// For which shell.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The shell
    shell: Shell,
}

pub(crate) fn run(args: &Args, _output: &Output) -> anyhow::Result<ExitCode> {
    // A script is a script: to a program as to a person.
    io::stdout().lock().write_all(&script(args.shell))?;
    Ok(ExitCode::SUCCESS)
}

/// Written to memory first, since the generator panics when its reader goes away.
fn script(shell: Shell) -> Vec<u8> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut args::command(), "trip", &mut script);
    script
}

#[cfg(test)]
mod tests {
    use clap::ValueEnum;

    use super::*;

    #[test]
    fn every_shells_script_knows_the_commands() {
        for shell in Shell::value_variants() {
            let script = String::from_utf8(script(*shell)).unwrap();
            for word in ["timeline", "rebuild", "dry-run", "verify", "aws-endpoint"] {
                assert!(script.contains(word), "{shell}: {word}");
            }
        }
    }
}
