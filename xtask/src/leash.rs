//! A child process that cannot outlive this one, even if this one is killed.

use std::process::{Child, Command, ExitStatus, Stdio};

use anyhow::{Context, Result};

/// Becomes the program (same process id), after it has started a watcher that kills it when the
/// pipe on standard input closes. The system closes the pipe however its writer ends.
const SCRIPT: &str =
    r#"exec 3<&0; { cat <&3; kill -9 $$; } >/dev/null 2>&1 & exec "$@" 3<&- </dev/null"#;

/// A running child. Dropping it kills it, and so does the end of this process.
pub(crate) struct Leashed(Child);

impl Leashed {
    /// Starts `program` without input and without standard output.
    ///
    /// # Errors
    /// When there is no `sh`. A program that cannot be started shows as an early exit.
    pub(crate) fn start<'a>(program: impl IntoIterator<Item = &'a str>) -> Result<Self> {
        Self::start_into(program, Stdio::null())
    }

    /// Starts `program` without input; what it prints goes to `output`.
    ///
    /// # Errors
    /// As [`Leashed::start`].
    pub(crate) fn start_into<'a>(
        program: impl IntoIterator<Item = &'a str>,
        output: impl Into<Stdio>,
    ) -> Result<Self> {
        Command::new("sh")
            .args(["-c", SCRIPT, "leash"])
            .args(program)
            .stdin(Stdio::piped())
            .stdout(output)
            .spawn()
            .map(Self)
            .context("cannot start `sh`")
    }

    /// The exit status, if the child has ended by itself.
    pub(crate) fn ended(&mut self) -> Result<Option<ExitStatus>> {
        Ok(self.0.try_wait()?)
    }

    /// Waits until the child ends by itself.
    pub(crate) fn wait(mut self) -> Result<ExitStatus> {
        // `Child::wait` would close the pipe first, which kills the child.
        let _pipe = self.0.stdin.take();
        Ok(self.0.wait()?)
    }
}

impl Drop for Leashed {
    fn drop(&mut self) {
        // Closes the pipe, then waits for the kill. An error means that the child is already gone.
        let _ = self.0.wait();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_running(pid: u32) -> bool {
        let mut signal_nothing = Command::new("kill");
        signal_nothing.args(["-0", &pid.to_string()]).stderr(Stdio::null());
        signal_nothing.status().unwrap().success()
    }

    #[test]
    fn a_dropped_child_is_killed() {
        let child = Leashed::start(["sleep", "86400"]).unwrap();
        let pid = child.0.id();
        assert!(is_running(pid));
        drop(child);
        assert!(!is_running(pid));
    }

    #[test]
    fn a_child_that_is_waited_for_ends_by_itself() {
        let child = Leashed::start(["sh", "-c", "sleep 0.1; exit 7"]).unwrap();
        assert_eq!(child.wait().unwrap().code(), Some(7));
    }
}
