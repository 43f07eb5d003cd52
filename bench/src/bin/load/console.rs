//! The console of a system with many trips while many events flow: what its pages take, and what
//! the process holds, while several clients follow them and one of these does not read.

mod follow;
mod publish;

use std::collections::BTreeMap;
use std::time::Duration;

use serde::Serialize;
use tokio::time::{Instant, MissedTickBehavior, interval, sleep};

use crate::bench::Bench;
use crate::copies::{MODEL, copies};
use crate::growth::megabytes;
use crate::system::System;
use publish::Publisher;

/// Every page, and a search in the events.
const PAGES: [(&str, &str); 6] = [
    ("overview", "/"),
    ("trips", "/console/trips?status=CONFIRMED&from=2030-03-01&to=2030-03-01"),
    ("trip", "/console/trips/load-0-0000000"),
    ("book", "/console/book"),
    ("events", "/console/events"),
    ("pattern", "/console/events?pattern=%7B%22source%22%3A%5B%22nobody%22%5D%7D"),
];

/// How much there is, and how much happens.
#[derive(clap::Args)]
pub struct Args {
    /// Trips in the tables
    #[arg(long, default_value_t = 100_000)]
    trips: u32,
    /// Events a second on the bus
    #[arg(long, default_value_t = 500)]
    events: u32,
    /// Seconds
    #[arg(long, default_value_t = 90)]
    seconds: u64,
    /// Pages that are followed; the last one by a client that does not read
    #[arg(long, default_value_t = 9)]
    followers: usize,
}

#[derive(Serialize)]
struct Report {
    trips: u32,
    events_a_second: f64,
    /// By page.
    pages: BTreeMap<&'static str, Times>,
    /// The resident set before anybody looks.
    idle_mb: f64,
    /// The largest resident set in each third of the time.
    resident_mb: [f64; 3],
    /// Of the processor, in percent of one.
    cpu_percent: f64,
    updates: u64,
    updates_mb: f64,
}

/// How long a page took, in milliseconds.
#[derive(Serialize)]
struct Times {
    median_ms: f64,
    most_ms: f64,
}

/// Measures, and prints one line of JSON.
///
/// # Errors
/// When the system fails, or a page does.
pub async fn run(bench: &Bench, args: &Args) -> anyhow::Result<()> {
    let directory = bench.directory()?;
    copies(bench, directory.path(), args.trips).await?;
    let more = ["--rate".to_owned(), "0".to_owned()];
    let system = System::start(&bench.trip, directory.path(), &more).await?;
    sleep(Duration::from_secs(3)).await;
    let idle = system.usage()?;
    let publisher = Publisher::start(system.aws(), args.events);
    let followed = follow::start(system.api(), args.followers, MODEL).await?;
    let begun = Instant::now();
    let (times, resident) = watch(&system, Duration::from_secs(args.seconds)).await?;
    let seconds = begun.elapsed().as_secs_f64();
    let published = publisher.published();
    let (updates, bytes) = followed.read();
    let cpu_percent = (system.usage()?.cpu - idle.cpu) / seconds * 100.0;
    let report = Report {
        trips: args.trips,
        events_a_second: f64::from(published) / seconds,
        pages: times,
        idle_mb: megabytes(idle.resident),
        resident_mb: resident.map(megabytes),
        cpu_percent,
        updates,
        updates_mb: megabytes(bytes),
    };
    println!("{}", serde_json::to_string(&report)?);
    Ok(())
}

/// Opens every page once a second; also returns the largest resident set of each third.
async fn watch(
    system: &System,
    time: Duration,
) -> anyhow::Result<(BTreeMap<&'static str, Times>, [u64; 3])> {
    let http = reqwest::Client::new();
    let mut taken: BTreeMap<&str, Vec<f64>> = BTreeMap::new();
    let mut resident = [0; 3];
    let begun = Instant::now();
    let mut every = interval(Duration::from_secs(1));
    every.set_missed_tick_behavior(MissedTickBehavior::Delay);
    while begun.elapsed() < time {
        every.tick().await;
        for (name, page) in PAGES {
            let start = Instant::now();
            let asked = http.get(format!("{}{page}", system.api())).header("Accept", "text/html");
            asked.send().await?.error_for_status()?.bytes().await?;
            taken.entry(name).or_default().push(start.elapsed().as_secs_f64() * 1_000.0);
        }
        let third = (begun.elapsed().as_millis() * 3 / time.as_millis().max(1)).min(2);
        let most = &mut resident[usize::try_from(third)?];
        *most = system.usage()?.resident.max(*most);
    }
    Ok((taken.into_iter().map(|(name, times)| (name, Times::of(times))).collect(), resident))
}

impl Times {
    fn of(mut times: Vec<f64>) -> Self {
        times.sort_by(f64::total_cmp);
        let median_ms = times[times.len() / 2];
        Self { median_ms, most_ms: times.last().copied().unwrap_or_default() }
    }
}
