//! A whole system for a check to ask.

use std::path::Path;
use std::time::{Duration, Instant};
use std::{fs, io, thread};

use anyhow::{Result, bail};

use crate::leash::Leashed;
use crate::{command, workspace};

/// How long the system may take to start.
const PATIENCE: Duration = Duration::from_secs(60);

/// A system that keeps nothing and takes requests at any rate. Dropping it ends it.
pub(super) struct System {
    _process: Leashed,
    /// The API's.
    pub(super) url: String,
}

impl System {
    /// Builds `trip` and starts it; what it says when it is ready goes into the folder.
    pub(super) fn start(folder: &Path) -> Result<Self> {
        // With a test among the targets, dependencies have the features that tests give them: what the
        // tests compiled serves here too.
        let build = ["build", "--workspace", "--bin", "trip", "--test", "rules"];
        command::run(command::cargo()?.args(build))?;
        let ready = folder.join("ready.json");
        let trip = workspace::target_dir()?.join("debug/trip").display().to_string();
        let options = "up --json --ephemeral --rate 0 \
            --listen 127.0.0.1:0 --dynamodb-listen 127.0.0.1:0 --aws-listen 127.0.0.1:0";
        let program = [&*trip].into_iter().chain(options.split_whitespace());
        let process = Leashed::start_into(program, fs::File::create(&ready)?)?;
        Self::wait(process, &ready)
    }

    fn wait(mut process: Leashed, ready: &Path) -> Result<Self> {
        let begun = Instant::now();
        while begun.elapsed() < PATIENCE {
            if let Some(url) = url(ready)? {
                return Ok(Self { _process: process, url });
            }
            if let Some(status) = process.ended()? {
                bail!("`trip up` ended with {status}");
            }
            thread::sleep(Duration::from_millis(100));
        }
        bail!("`trip up` was not ready within {} s", PATIENCE.as_secs())
    }
}

/// The API's URL, once the whole line is written that says where everything listens.
fn url(ready: &Path) -> io::Result<Option<String>> {
    let printed = fs::read_to_string(ready)?;
    let value: Option<serde_json::Value> = serde_json::from_str(&printed).ok();
    Ok(value.and_then(|ready| ready["api"].as_str().map(str::to_owned)))
}
