//! A running system for checks that ask it from outside.

use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};
use std::{fs, io};

use anyhow::{Result, bail};
use serde_json::Value;

use crate::leash::Leashed;
use crate::{command, workspace};

/// How long the system may take to start.
const PATIENCE: Duration = Duration::from_secs(60);

/// Compiles `trip`, and starts a system that keeps nothing and takes requests at any rate. `folder`, in
/// the target directory, keeps what it prints; the line that says where everything listens comes back.
pub(super) fn start(folder: &str, options: &[&str]) -> Result<(Leashed, Value)> {
    build()?;
    let target = workspace::target_dir()?;
    let (folder, trip) = (target.join(folder), target.join("debug/trip").display().to_string());
    fs::create_dir_all(&folder)?;
    let ready = folder.join("ready.json");
    let usual = "up --json --ephemeral --rate 0 \
        --listen 127.0.0.1:0 --dynamodb-listen 127.0.0.1:0 --aws-listen 127.0.0.1:0";
    let program =
        [&*trip].into_iter().chain(usual.split_whitespace()).chain(options.iter().copied());
    let mut system = Leashed::start_into(program, fs::File::create(&ready)?)?;
    let begun = Instant::now();
    while begun.elapsed() < PATIENCE {
        if let Some(urls) = read(&ready)? {
            return Ok((system, urls));
        }
        if let Some(status) = system.ended()? {
            bail!("`trip up` ended with {status}");
        }
        thread::sleep(Duration::from_millis(100));
    }
    bail!("`trip up` was not ready within {} s", PATIENCE.as_secs())
}

/// With a test among the targets, dependencies have the features that tests give them: what the tests
/// compiled serves here too.
fn build() -> Result<()> {
    let targets = ["build", "--workspace", "--bin", "trip", "--test", "rules"];
    command::run(command::cargo()?.args(targets))
}

/// What the system printed, once it is a whole line.
fn read(ready: &Path) -> io::Result<Option<Value>> {
    Ok(serde_json::from_str(&fs::read_to_string(ready)?).ok())
}
