//! Clients that book as fast as they are let.

use std::path::Path;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::bench::Bench;
use crate::clients::{self, Answers};
use crate::facts::{self, Facts};
use crate::report::{self, Row};
use crate::system::System;

/// How many clients, and for how long.
#[derive(clap::Args)]
pub struct Args {
    /// Clients at once, one run after the other
    #[arg(long, value_delimiter = ',', default_value = "1,8,32,64,128")]
    clients: Vec<usize>,
    /// How long they book in each run
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u64).range(1..=600))]
    seconds: u64,
    /// How long a run may take after that to end what it accepted
    #[arg(long, default_value_t = 30)]
    rest: u64,
    /// Clients send again at once when they are refused, and do not wait as Retry-After says
    #[arg(long)]
    impatient: bool,
    /// More arguments of `trip up`, such as `--rate 0`
    #[arg(last = true)]
    up: Vec<String>,
}

/// Measures each number of clients on a system of its own.
///
/// # Errors
/// When a system does not start, or its files cannot be read.
pub async fn run(bench: &Bench, args: &Args) -> anyhow::Result<()> {
    let mut rows = Vec::new();
    for clients in &args.clients {
        rows.push(one(bench, args, *clients).await?);
        if !bench.json {
            eprintln!("{}", report::table(&rows));
        }
    }
    if bench.json {
        println!("{}", serde_json::to_string_pretty(&rows)?);
    }
    Ok(())
}

/// The bookings a second that a system completes while so many clients book without a rate limit.
///
/// # Errors
/// When the system does not start, or its files cannot be read.
pub async fn completed(bench: &Bench, clients: usize, seconds: u64) -> anyhow::Result<f64> {
    let up = ["--rate", "0"].map(str::to_owned).to_vec();
    let args = Args { clients: vec![clients], seconds, rest: 30, impatient: false, up };
    Ok(one(bench, &args, clients).await?.completed)
}

async fn one(bench: &Bench, args: &Args, clients: usize) -> anyhow::Result<Row> {
    let directory = bench.directory()?;
    let system = System::start(&bench.trip, directory.path(), &args.up).await?;
    let from = now();
    let answers = clients::book(system.api(), clients, args.seconds, args.impatient).await?;
    let until = now();
    let waiting = facts::running(directory.path())?;
    let settled = settle(directory.path(), Duration::from_secs(args.rest)).await?;
    let usage = system.usage()?;
    drop(system);
    let facts = Facts::read(directory.path(), from, until)?;
    let Answers { accepted, refused, failed } = answers;
    let answers = [accepted, refused, failed];
    Ok(Row::of(clients, until - from, answers, waiting, &facts, &usage, settled))
}

/// Whether everything that was accepted ended in time.
async fn settle(directory: &Path, patience: Duration) -> anyhow::Result<bool> {
    let end = tokio::time::Instant::now() + patience;
    while facts::running(directory)? > 0 {
        if tokio::time::Instant::now() > end {
            return Ok(false);
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    // The last events are published after the last execution's end.
    tokio::time::sleep(Duration::from_secs(2)).await;
    Ok(true)
}

/// Milliseconds since the epoch.
#[expect(
    clippy::disallowed_methods,
    reason = "it is compared with times that another process wrote"
)]
fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}
