//! `trip up` in a process of its own, and what it used.

use std::fs;
use std::path::Path;
use std::process::Stdio;

use anyhow::{Context, bail};
use serde::Deserialize;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

/// A running system; it is killed when this is dropped.
pub struct System {
    child: Child,
    ready: Ready,
    files: std::path::PathBuf,
}

/// The line that it prints when it is ready.
#[derive(Deserialize)]
struct Ready {
    api: String,
    dynamodb: String,
    aws: String,
}

/// What a system has used.
pub struct Usage {
    /// The largest resident set, in bytes.
    pub peak: u64,
    /// The resident set now, in bytes.
    pub resident: u64,
    /// Processor time of all its threads, in seconds.
    pub cpu: f64,
    /// Bytes of its files.
    pub disk: u64,
}

impl System {
    /// Starts the system on free ports, and waits until it is ready.
    ///
    /// # Errors
    /// When it does not start.
    pub async fn start(trip: &Path, data: &Path, more: &[String]) -> anyhow::Result<Self> {
        let any = "127.0.0.1:0";
        let mut command = Command::new(trip);
        command.args(["--json", "up", "--listen", any, "--aws-listen", any]);
        if !more.iter().any(|argument| argument.starts_with("--dynamodb-endpoint")) {
            command.args(["--dynamodb-listen", any]);
        }
        command.arg("--data").arg(data).args(more).env("RUST_LOG", "error");
        command.stdin(Stdio::null()).stdout(Stdio::piped()).kill_on_drop(true);
        let mut child =
            command.spawn().with_context(|| format!("cannot start {}", trip.display()))?;
        let output = child.stdout.take().context("it has no output")?;
        let Some(line) = BufReader::new(output).lines().next_line().await? else {
            bail!("{} ended before it was ready", trip.display());
        };
        let ready = serde_json::from_str(&line).with_context(|| line.clone())?;
        Ok(Self { child, ready, files: data.to_owned() })
    }

    /// Where its API listens.
    pub fn api(&self) -> &str {
        &self.ready.api
    }

    /// Where its tables are.
    pub fn dynamodb(&self) -> &str {
        &self.ready.dynamodb
    }

    /// Where its AWS services are.
    pub fn aws(&self) -> &str {
        &self.ready.aws
    }

    /// What it has used so far.
    ///
    /// # Errors
    /// When the operating system does not tell.
    pub fn usage(&self) -> anyhow::Result<Usage> {
        let id = self.child.id().context("it has ended")?;
        let Used { peak, resident, cpu } = used(id)?;
        Ok(Usage { peak, resident, cpu, disk: size(&self.files)? })
    }

    /// Lets it stop in order.
    ///
    /// # Errors
    /// When it cannot be told to, or fails.
    pub async fn stop(mut self) -> anyhow::Result<()> {
        let id = self.child.id().context("it has ended")?;
        let told = Command::new("kill").args(["-TERM", &id.to_string()]).status().await?;
        anyhow::ensure!(told.success() && self.child.wait().await?.success(), "it does not stop");
        Ok(())
    }
}

/// What a process has used so far.
pub struct Used {
    /// The largest resident set, in bytes.
    pub peak: u64,
    /// The resident set now, in bytes.
    pub resident: u64,
    /// Processor time of all its threads, in seconds.
    pub cpu: f64,
}

/// What the process has used so far.
///
/// # Errors
/// When the operating system does not tell.
pub fn used(process: u32) -> anyhow::Result<Used> {
    let status = fs::read_to_string(format!("/proc/{process}/status"))?;
    let bytes = |member: &str| {
        let line = status.lines().find_map(|line| line.strip_prefix(member));
        let kilobytes =
            line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<u64>().ok());
        kilobytes.map(|kilobytes| kilobytes * 1024).context("no resident set")
    };
    let stat = fs::read_to_string(format!("/proc/{process}/stat"))?;
    let fields: Vec<_> = stat.rsplit(')').next().unwrap_or_default().split(' ').collect();
    let ticks: u32 = [12, 13].iter().filter_map(|at| fields.get(*at)?.parse::<u32>().ok()).sum();
    let cpu = f64::from(ticks) / 100.0;
    Ok(Used { peak: bytes("VmHWM:")?, resident: bytes("VmRSS:")?, cpu })
}

fn size(directory: &Path) -> std::io::Result<u64> {
    let entries = fs::read_dir(directory)?;
    entries.map(|entry| Ok(entry?.metadata()?.len())).sum()
}
