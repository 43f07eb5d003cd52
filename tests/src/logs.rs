//! What is logged on a test's thread: the real subscriber, on a buffer in place of standard output.

use std::io::{self, Write};
use std::sync::{Arc, Mutex};

use lambda_kit::config::{Config, name};
use lambda_kit::spans::Spans;
use lambda_kit::telemetry;
use serde_json::Value;
use tracing::Dispatch;
use tracing::subscriber::{DefaultGuard, NoSubscriber};

/// Largest line that CloudWatch, and whoever reads it, is meant to take.
const MAX_LINE: usize = 16 * 1024;

/// Captures what is logged on this thread for as long as it lives. A test's runtime has one thread,
/// so that is what the functions log that it runs.
pub(crate) struct Logs {
    written: Buffer,
    _capturing: DefaultGuard,
    _second: Dispatch,
}

#[derive(Clone, Default)]
struct Buffer(Arc<Mutex<Vec<u8>>>);

impl Write for Buffer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Logs {
    pub(crate) fn capture() -> Self {
        Self::capture_from("info")
    }

    /// Lines that are at least as grave as this level.
    pub(crate) fn capture_from(level: &str) -> Self {
        let written = Buffer::default();
        let output = written.clone();
        let subscriber = telemetry::subscriber(
            &Config::from_map([(name::RUST_LOG, level)]),
            &Spans::default(),
            move || output.clone(),
        );
        let capturing = tracing::subscriber::set_default(subscriber);
        // While there is one subscriber only, `tracing` asks that of the thread which comes to a
        // line first, and remembers its answer for all; in a test that logs nothing, that is
        // "never".
        let second = Dispatch::new(NoSubscriber::new());
        Self { written, _capturing: capturing, _second: second }
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.written.0.lock().unwrap().clone()).unwrap()
    }

    /// What was logged since the last time.
    pub(crate) fn take(&self) -> String {
        let taken = std::mem::take(&mut *self.written.0.lock().unwrap());
        String::from_utf8(taken).unwrap()
    }

    /// The lines so far, each of which must be one JSON object of a decent size, without a
    /// character that a terminal or a reader of lines would act upon.
    pub(crate) fn lines(&self) -> Vec<Value> {
        let text = self.text();
        let lines = text.split_terminator('\n').map(|line| {
            assert!(line.len() <= MAX_LINE, "a line of {} bytes: {:.200}", line.len(), line);
            let acts =
                |character: char| character.is_control() || "\u{2028}\u{2029}".contains(character);
            assert!(!line.contains(acts), "{line}");
            let line: Value =
                serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
            assert!(line.is_object(), "{line}");
            line
        });
        lines.collect()
    }
}
