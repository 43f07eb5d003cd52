//! A test in a process of its own, which another test kills.

use std::ffi::OsStr;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

/// Runs one test of this binary in another process, with one more environment variable; `test` is
/// its name with its modules. Returns the process, and the lines that it prints until it ends.
pub fn rerun(
    test: &str,
    variable: &str,
    value: impl AsRef<OsStr>,
) -> (Child, impl Iterator<Item = String>) {
    let mut process = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", test, "--nocapture"])
        .env(variable, value)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(process.stdout.take().unwrap()).lines();
    (process, lines.map_while(Result::ok))
}
