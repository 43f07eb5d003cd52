//! A `trip up` in a separate process, to be killed.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use local::Urls;
use serde_json::Value;

const ANY_PORT: &str = "127.0.0.1:0";

/// A running system. Killed when dropped.
pub(crate) struct TripUp {
    process: Child,
    urls: Urls,
    directory: PathBuf,
    bus: &'static str,
}

impl TripUp {
    /// Starts it on the directory with this kind of bus, and returns when it is ready.
    pub(crate) fn start(directory: &Path, bus: &'static str) -> Self {
        let mut process = Command::new(env!("CARGO_BIN_EXE_trip"))
            .args(["up", "--json", "--listen", ANY_PORT, "--aws-listen", ANY_PORT])
            .args(["--dynamodb-listen", ANY_PORT, "--bus", bus, "--data"])
            .arg(directory)
            .env("RUST_LOG", "error")
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        // A system that fails to start ends its output, so this cannot wait for ever.
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let ready: Value = serde_json::from_str(&line).unwrap();
        let url = |name: &str| ready[name].as_str().unwrap().to_owned();
        let urls = Urls { api: url("api"), dynamodb: url("dynamodb"), aws: url("aws") };
        Self { process, urls, directory: directory.to_owned(), bus }
    }

    /// The same on the same directory, after it was killed.
    pub(crate) fn again(&self) -> Self {
        Self::start(&self.directory, self.bus)
    }

    pub(crate) fn urls(&self) -> Urls {
        self.urls.clone()
    }

    /// `kill -9`.
    pub(crate) fn kill(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }

    /// `trip verify` finds no drift.
    pub(crate) fn verify(&self) {
        let verified = Command::new(env!("CARGO_BIN_EXE_trip"))
            .args(["verify", "--dynamodb-endpoint", &self.urls.dynamodb])
            .status();
        assert!(verified.unwrap().success(), "trip verify found drift");
    }
}

impl Drop for TripUp {
    fn drop(&mut self) {
        // It may be dead already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
