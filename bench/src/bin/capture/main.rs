//! `capture`: books real flights on a running `trip up`, and keeps the records of its stream as
//! Lambda hands them to the two consumers. The benchmarks replay them.

mod bookings;
mod stream;

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::ensure;
use clap::Parser;
use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::Value;

use stream::Stream;

/// How many trips are booked between two readings: the local stream keeps few records.
const ROUND: usize = 50;

/// Books flights on a running system, and keeps the records of its stream
#[derive(Parser)]
struct Args {
    /// The system's API
    #[arg(long, default_value = "http://127.0.0.1:8080")]
    api: String,
    /// Its tables and streams
    #[arg(long, default_value = "http://127.0.0.1:8000")]
    dynamodb: String,
    /// The flights: the file that `trip demo` books
    #[arg(long, default_value = "cli/data/flights-2013-03.csv")]
    flights: PathBuf,
    /// How many records of each kind to keep
    #[arg(long, default_value_t = 1_000)]
    records: usize,
    /// Where they are written
    #[arg(long, default_value = "bench/records")]
    directory: PathBuf,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let args = Args::parse();
    // A booking that succeeds has four events and four versions.
    let flights = bookings::flights(&args.flights, args.records.div_ceil(4))?;
    let mut stream = Stream::of_table(&args.dynamodb, "TripSagaTable").await?;
    for some in flights.chunks(ROUND) {
        bookings::book(&args.api, some).await?;
        stream.read_until_at_rest(some.len()).await?;
    }
    let records = || stream.records().values();
    let (outbox, metadata) = (records().filter(is_event), records().filter(is_root));
    write(&args.directory.join("outbox.jsonl.gz"), outbox, args.records)?;
    write(&args.directory.join("metadata.jsonl.gz"), metadata, args.records)
}

/// What the dispatcher's mapping lets through.
fn is_event(record: &&Value) -> bool {
    let sk = record["dynamodb"]["Keys"]["SK"]["S"].as_str().unwrap_or_default();
    record["eventName"] == "INSERT" && sk.starts_with("OUTBOX#")
}

/// What the projector's mapping lets through.
fn is_root(record: &&Value) -> bool {
    record["dynamodb"]["Keys"]["SK"]["S"] == "METADATA"
}

/// Writes `count` records, a line each.
fn write<'a>(
    file: &Path,
    records: impl Iterator<Item = &'a Value>,
    count: usize,
) -> anyhow::Result<()> {
    let lines: Vec<_> = records.take(count).map(Value::to_string).collect();
    ensure!(lines.len() == count, "only {} records for {}", lines.len(), file.display());
    let mut zipped = GzEncoder::new(File::create(file)?, Compression::best());
    lines.iter().try_for_each(|line| writeln!(zipped, "{line}"))?;
    zipped.finish()?;
    println!("{}: {count} records", file.display());
    Ok(())
}
