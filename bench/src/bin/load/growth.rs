//! What commands and pages take on tables of many trips.

use std::process::Stdio;
use std::time::{Duration, Instant};

use anyhow::Context;
use serde::Serialize;
use tokio::process::Command;

use crate::bench::Bench;
use crate::clients;
use crate::copies::copies;
use crate::facts;
use crate::system::{System, used};

/// How many pages of a search are timed.
const PAGES: usize = 50;

/// How many trips.
#[derive(clap::Args)]
pub struct Args {
    /// Trips in the tables, one run after the other
    #[arg(long, value_delimiter = ',', default_value = "1000,100000")]
    trips: Vec<u32>,
    /// How long the system is watched while it has nothing to do
    #[arg(long, default_value_t = 20)]
    idle: u64,
}

/// The figures for one size.
#[derive(Serialize)]
struct Row {
    trips: u32,
    /// Of a page of a search, over HTTP.
    page_median_ms: f64,
    /// Of the processor while nothing is asked, in percent of one.
    idle_percent: f64,
    system_peak_mb: f64,
    verify_s: f64,
    verify_peak_mb: f64,
    rebuild_s: f64,
    rebuild_peak_mb: f64,
    /// Milliseconds from a booking's start to its end.
    booking_ms: i64,
}

/// Measures each size on a system of its own.
///
/// # Errors
/// When a system or a command fails.
pub async fn run(bench: &Bench, args: &Args) -> anyhow::Result<()> {
    for trips in &args.trips {
        let row = one(bench, *trips, Duration::from_secs(args.idle)).await?;
        println!("{}", serde_json::to_string(&row)?);
    }
    Ok(())
}

async fn one(bench: &Bench, trips: u32, idle: Duration) -> anyhow::Result<Row> {
    let directory = bench.directory()?;
    let files = directory.path();
    copies(bench, files, trips).await?;
    let system = System::start(&bench.trip, files, &[]).await?;
    tokio::time::sleep(Duration::from_secs(1)).await;
    let before = system.usage()?.cpu;
    tokio::time::sleep(idle).await;
    let idle_percent = (system.usage()?.cpu - before) / idle.as_secs_f64() * 100.0;
    let page_median_ms = page(system.api()).await?;
    clients::book_one(system.api(), "load-last").await?;
    tokio::time::sleep(Duration::from_secs(3)).await;
    let booking_ms = facts::last_duration(files)?;
    let (verify_s, verify_peak_mb) = command(bench, &system, &["verify"]).await?;
    let (rebuild_s, rebuild_peak_mb) = command(bench, &system, &["rebuild", "--dry-run"]).await?;
    let system_peak_mb = megabytes(system.usage()?.peak);
    Ok(Row {
        trips,
        page_median_ms,
        idle_percent,
        system_peak_mb,
        verify_s,
        verify_peak_mb,
        rebuild_s,
        rebuild_peak_mb,
        booking_ms,
    })
}

/// The median of the time for a page, in milliseconds.
async fn page(api: &str) -> anyhow::Result<f64> {
    let http = reqwest::Client::new();
    let page = format!("{api}/trips?status=CONFIRMED&from=2030-03-01&to=2030-03-01&limit=20");
    let mut times = Vec::new();
    for _ in 0..PAGES {
        let start = Instant::now();
        let answer = http.get(&page).bearer_auth("dev-operator").send().await?;
        answer.error_for_status()?.bytes().await?;
        times.push(start.elapsed().as_secs_f64() * 1000.0);
    }
    times.sort_by(f64::total_cmp);
    Ok(times[PAGES / 2])
}

/// How long a command takes, in seconds, and its largest resident set, in megabytes.
async fn command(bench: &Bench, system: &System, arguments: &[&str]) -> anyhow::Result<(f64, f64)> {
    let start = Instant::now();
    let mut command = Command::new(&bench.trip);
    command.arg("--json").args(arguments).args(["--dynamodb-endpoint", system.dynamodb()]);
    let mut child = command.stdout(Stdio::piped()).kill_on_drop(true).spawn()?;
    let id = child.id().context("it has ended")?;
    let mut peak = 0;
    let status = loop {
        if let Some(status) = child.try_wait()? {
            break status;
        }
        peak = used(id).map_or(peak, |used| used.peak.max(peak));
        tokio::time::sleep(Duration::from_millis(20)).await;
    };
    anyhow::ensure!(status.success(), "trip {arguments:?} failed");
    Ok((start.elapsed().as_secs_f64(), megabytes(peak)))
}

#[expect(clippy::cast_precision_loss, reason = "figures for people")]
pub fn megabytes(bytes: u64) -> f64 {
    bytes as f64 / 1024.0 / 1024.0
}
