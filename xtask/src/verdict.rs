//! The result of the tests for a mutation.

use std::collections::BTreeSet;
use std::fmt;
use std::process::{Command, Output};

use anyhow::Result;

use crate::command;

/// The result of the tests.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// These tests failed.
    Killed(BTreeSet<String>),
    /// All tests passed.
    Survived,
    /// No test ran: the change does not compile. The compiler's first error.
    DidNotBuild(String),
}

impl Verdict {
    /// Runs the tests.
    pub(crate) fn of(tests: &mut Command) -> Result<Self> {
        Ok(Self::read(&command::capture(tests)?))
    }

    /// Parses the output of `cargo test`.
    fn read(output: &Output) -> Self {
        let [stdout, stderr] =
            [&output.stdout, &output.stderr].map(|bytes| String::from_utf8_lossy(bytes));
        let failed: BTreeSet<_> =
            stdout.lines().filter_map(failed_test).map(str::to_owned).collect();
        match (output.status.success(), failed.is_empty()) {
            (true, _) => Self::Survived,
            (false, false) => Self::Killed(failed),
            (false, true) => Self::DidNotBuild(first_error(&stderr)),
        }
    }
}

/// The name in a line such as `test trip::tests::a_late_reserve_is_refused ... FAILED`.
fn failed_test(line: &str) -> Option<&str> {
    line.strip_prefix("test ")?.strip_suffix(" ... FAILED")
}

fn first_error(stderr: &str) -> String {
    let is_error = |line: &&str| line.starts_with("error");
    stderr.lines().find(is_error).unwrap_or("no test ran").to_owned()
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Killed(tests) => {
                f.write_str("noticed by")?;
                tests.iter().try_for_each(|test| write!(f, "\n    {test}"))
            }
            Self::Survived => f.write_str("NOT NOTICED by any test"),
            Self::DidNotBuild(error) => write!(f, "DOES NOT BUILD: {error}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::process::ExitStatusExt;
    use std::process::ExitStatus;

    use super::*;

    fn verdict(code: i32, stdout: &str, stderr: &str) -> Verdict {
        let status = ExitStatus::from_raw(code << 8);
        Verdict::read(&Output { status, stdout: stdout.into(), stderr: stderr.into() })
    }

    #[test]
    fn the_tests_that_failed_are_named() {
        let stdout = "test trip::a ... ok\ntest trip::b ... FAILED\ntest result: FAILED. 1 passed; 1 failed\n";
        assert_eq!(
            verdict(101, stdout, ""),
            Verdict::Killed(BTreeSet::from(["trip::b".to_owned()]))
        );
    }

    #[test]
    fn a_change_that_does_not_compile_is_not_a_kill() {
        let stderr = "   Compiling domain\nerror[E0308]: mismatched types\n";
        assert_eq!(
            verdict(101, "", stderr),
            Verdict::DidNotBuild("error[E0308]: mismatched types".to_owned())
        );
    }

    #[test]
    fn passing_tests_mean_that_the_change_survived() {
        assert_eq!(verdict(0, "test trip::a ... ok\n", ""), Verdict::Survived);
    }
}
