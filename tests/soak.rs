//! `soak`: rounds of the randomised whole system for so many minutes; exits with 1 at the first
//! violation.

use std::panic::AssertUnwindSafe;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use bed::soak::{Tally, round};
use clap::Parser;
use futures::FutureExt;

/// Plays random trips against a system in which everything goes wrong, and judges it.
#[derive(Debug, Parser)]
struct Args {
    /// How long to go on: no round is begun after that
    #[arg(long, default_value_t = 10.0)]
    minutes: f64,
    /// Draw everything from this number; the first round has it for its seed, the next one the next
    /// number
    #[arg(long)]
    seed: Option<u64>,
    /// How many trips to book in each round
    #[arg(long, default_value_t = 40, value_parser = clap::value_parser!(u32).range(1..=1_000))]
    trips_per_round: u32,
}

fn main() -> ExitCode {
    let args = Args::parse();
    match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime.block_on(soak(&args)),
        Err(error) => {
            eprintln!("soak: cannot start the async runtime: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn soak(args: &Args) -> ExitCode {
    let (started, mut all) = (Instant::now(), Tally::default());
    let mut seed = args.seed.unwrap_or_else(|| rand::random::<u32>().into());
    let time = Duration::from_secs_f64(args.minutes.max(0.0) * 60.0);
    while all.rounds == 0 || started.elapsed() < time {
        let Some(tally) = play(seed, args.trips_per_round).await else { return ExitCode::FAILURE };
        println!("round {} (seed {seed})\n{tally}", all.rounds + 1);
        let broken = !tally.violations.is_empty();
        all.add(tally);
        if broken {
            report(seed, args.trips_per_round);
            return ExitCode::FAILURE;
        }
        seed += 1;
    }
    println!("{} rounds\n{all}", all.rounds);
    ExitCode::SUCCESS
}

/// A round that does not even come to its judgement has failed too.
async fn play(seed: u64, trips: u32) -> Option<Tally> {
    let played = AssertUnwindSafe(round(seed, trips as usize)).catch_unwind().await;
    played.inspect_err(|_| report(seed, trips)).ok()
}

fn report(seed: u64, trips: u32) {
    eprintln!(
        "the round of seed {seed} failed: soak --minutes 0 --seed {seed} --trips-per-round {trips} repeats it"
    );
}
