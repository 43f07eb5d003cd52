//! Processes of the `trip` binary: none outlives its test, and every wait has a time limit.

use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::mpsc;
use std::thread::{self, JoinHandle, sleep};
use std::time::{Duration, Instant};

/// The time limit for anything.
pub(crate) const DEADLINE: Duration = Duration::from_secs(60);
/// How long to wait between two checks.
const PAUSE: Duration = Duration::from_millis(20);

/// A running process. Killed when dropped.
pub(crate) struct Process(Child);

/// A process that has ended.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// The binary, without the environment variables of the person who runs the tests.
pub(crate) fn trip(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_trip"));
    for variable in ["TRIP_ENDPOINT", "TRIP_AWS_ENDPOINT", "TRIP_DYNAMODB_ENDPOINT", "TRIP_TOKEN"] {
        command.env_remove(variable);
    }
    command.env_remove("RUST_LOG").args(arguments);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// Runs a command to its end.
pub(crate) fn run(mut command: Command, input: &str) -> Ended {
    let mut process = Process(command.spawn().unwrap());
    process.0.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    process.end()
}

impl Process {
    pub(crate) fn spawn(mut command: Command) -> Self {
        Self(command.spawn().unwrap())
    }

    /// Reads the process's output until a line satisfies `is_last`, or until the output ends. If
    /// that takes too long, the process is killed. Returns the text that was read.
    pub(crate) fn read_until(&mut self, is_last: fn(&str) -> bool) -> String {
        let mut stdout = self.0.stdout.take().unwrap();
        let (done, ended) = mpsc::channel();
        let reader = thread::spawn(move || {
            let text = lines(&mut stdout, is_last);
            // Nobody waits any more when it is too late.
            let _ = done.send(());
            (stdout, text)
        });
        if ended.recv_timeout(DEADLINE).is_err() {
            // Closes its output, which ends the reader.
            self.0.kill().unwrap();
        }
        let (stdout, text) = reader.join().unwrap();
        self.0.stdout = Some(stdout);
        text
    }

    /// Sends a signal by its name.
    pub(crate) fn signal(&self, name: &str) {
        let id = self.0.id().to_string();
        assert!(Command::new("kill").args(["-s", name, &id]).status().unwrap().success());
    }

    /// Waits until the process ends by itself.
    pub(crate) fn wait(&mut self) -> ExitStatus {
        eventually("the process ends", || self.0.try_wait().unwrap())
    }

    /// Waits until the process ends by itself, and takes what it has printed.
    pub(crate) fn end(mut self) -> Ended {
        let stdout = reader(self.0.stdout.take());
        let stderr = reader(self.0.stderr.take());
        let code = self.wait().code();
        Ended { code, stdout: stdout.join().unwrap(), stderr: stderr.join().unwrap() }
    }
}

/// Reads only up to the end of the last line: others read the rest.
fn lines(stdout: &mut ChildStdout, is_last: fn(&str) -> bool) -> String {
    let mut stdout = BufReader::with_capacity(1, stdout);
    let mut text = String::new();
    loop {
        let start = text.len();
        let read = stdout.read_line(&mut text).unwrap();
        if read == 0 || is_last(&text[start..]) {
            return text;
        }
    }
}

/// Both streams are read at once, since a full pipe would block the process.
fn reader(stream: Option<impl Read + Send + 'static>) -> JoinHandle<String> {
    thread::spawn(move || {
        let mut text = String::new();
        if let Some(mut stream) = stream {
            stream.read_to_string(&mut text).unwrap();
        }
        text
    })
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Checks until there is a value.
pub(crate) fn eventually<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + DEADLINE;
    loop {
        if let Some(seen) = look() {
            return seen;
        }
        assert!(Instant::now() < deadline, "not within {DEADLINE:?}: {what}");
        sleep(PAUSE);
    }
}
