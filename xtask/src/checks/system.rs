//! A running system for checks that call it from outside.

use std::path::Path;
use std::time::{Duration, Instant};
use std::{fs, io, thread};

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::leash::Leashed;
use crate::{command, workspace};

/// How long the system may take to start.
const PATIENCE: Duration = Duration::from_secs(60);

/// A system that keeps nothing and has no rate limit. Dropping it ends it.
pub(super) struct System {
    _process: Leashed,
    /// The URLs, by name.
    pub(super) urls: Value,
}

impl System {
    /// Compiles `trip` and starts it with these additional options. `folder`, in the target
    /// directory, holds its output.
    pub(super) fn start(folder: &str, options: &[&str]) -> Result<Self> {
        build()?;
        let target = workspace::target_dir()?;
        let (folder, trip) = (target.join(folder), target.join("debug/trip").display().to_string());
        fs::create_dir_all(&folder)?;
        let ready = folder.join("ready.json");
        let usual = "up --json --ephemeral --rate 0 \
            --listen 127.0.0.1:0 --dynamodb-listen 127.0.0.1:0 --aws-listen 127.0.0.1:0";
        let program =
            [&*trip].into_iter().chain(usual.split_whitespace()).chain(options.iter().copied());
        let process = Leashed::start_into(program, fs::File::create(&ready)?)?;
        Self::wait(process, &ready)
    }

    fn wait(mut process: Leashed, ready: &Path) -> Result<Self> {
        let begun = Instant::now();
        while begun.elapsed() < PATIENCE {
            if let Some(urls) = read(ready)? {
                return Ok(Self { _process: process, urls });
            }
            if let Some(status) = process.ended()? {
                bail!("`trip up` ended with {status}");
            }
            thread::sleep(Duration::from_millis(100));
        }
        bail!("`trip up` was not ready within {} s", PATIENCE.as_secs())
    }

    /// The API's URL.
    pub(super) fn api(&self) -> Result<&str> {
        self.urls["api"].as_str().context("`trip up` did not say where its API is")
    }
}

/// With a test among the targets, dependencies get the features that tests give them, so the build
/// of the tests is reused.
fn build() -> Result<()> {
    let targets = ["build", "--workspace", "--bin", "trip", "--test", "rules"];
    command::run(command::cargo()?.args(targets))
}

/// The system's output, once it is a whole line.
fn read(ready: &Path) -> io::Result<Option<Value>> {
    Ok(serde_json::from_str(&fs::read_to_string(ready)?).ok())
}
