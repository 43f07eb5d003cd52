//! `load`: the local system under load, and as it grows. It starts `trip up` in a process of its
//! own on an empty directory, and reads afterwards, from the files of the stopped system, what was
//! done when.
//!
//! Everything is bounded in time and stays on loopback. Machines are noisy: compare the rows of one
//! run with each other, not with another run's.

mod alone;
mod bench;
mod clients;
mod console;
mod copies;
mod facts;
mod growth;
mod overload;
mod plot;
mod recorded;
mod report;
mod system;

use std::path::PathBuf;

use clap::{Parser, Subcommand};
use mimalloc::MiMalloc;

use bench::Bench;

/// As in `trip`, so that the engine alone is measured as the system has it.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

/// Measures the local system
#[derive(Parser)]
struct Args {
    /// The `trip` command to measure
    #[arg(long, default_value = "target/release/trip")]
    trip: PathBuf,
    /// Where the systems keep their files; each run's are removed after it
    #[arg(long)]
    directory: Option<PathBuf>,
    /// Print JSON instead of a table
    #[arg(long)]
    json: bool,
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// As many clients as given, each booking as fast as it is let
    Overload(overload::Args),
    /// The same beside the embedded engine alone, which answers the same calls
    Engine(alone::Args),
    /// Commands and pages on tables of many trips
    Growth(growth::Args),
    /// The console, followed by several browsers while many events flow
    Console(console::Args),
    /// Draw the curves of several runs of overload
    Plot(plot::Args),
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let Args { trip, directory, json, what } = Args::parse();
    let bench = Bench { trip, parent: directory.unwrap_or_else(std::env::temp_dir), json };
    match what {
        What::Overload(args) => overload::run(&bench, &args).await,
        What::Engine(args) => alone::run(&bench, &args).await,
        What::Growth(args) => growth::run(&bench, &args).await,
        What::Console(args) => console::run(&bench, &args).await,
        What::Plot(args) => plot::run(&args),
    }
}
