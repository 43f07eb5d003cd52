//! `trip demo`: books many real flights on its own system, with faults mixed in, and checks from
//! outside that all invariants hold.
//!
//! A [`Plan`] is drawn from a seed, [`perform`] plays it against a running system, [`collect`]
//! collects the facts afterwards, [`check`] checks them, and a [`Report`] shows the result.

mod booking;
pub mod check;
mod collect;
mod endings;
mod example;
mod facts;
mod faults;
pub mod flights;
mod outcome;
mod perform;
mod plan;
mod report;
mod settle;

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{anyhow, bail};
use local::{Options, Pace, System};

use crate::bus::Bus;
use crate::output::Output;

pub use collect::collect;
pub use example::example;
pub use facts::{Booking, Facts, Published};
pub use flights::Flight;
pub use outcome::Outcome;
pub use perform::{Performance, perform};
pub use plan::{Plan, PlannedTrip};
pub use report::Report;

/// How long a system that has failed may take to stop.
const LAST_BREATH: Duration = Duration::from_secs(10);

/// Books many trips on a system of their own, and checks what must hold.
///
/// The flights are real ones of March 2013. Suppliers are asked to fail in every way they can; some
/// requests are sent twice, some break a rule, some booked trips are cancelled. Waits are
/// shortened; nothing else differs from `trip up`. Exits with 1 where an invariant does not hold.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// How many trips to book
    #[arg(long, value_name = "N", default_value_t = 1_000, value_parser = trips)]
    pub trips: usize,
    /// The share of trips whose suppliers fail, from 0 to 1
    #[arg(long, value_name = "RATE", default_value_t = 0.25, value_parser = rate)]
    pub faults: f64,
    /// Book the flights of this CSV file in place of the bundled ones
    #[arg(long, value_name = "FILE")]
    pub flights: Option<PathBuf>,
    /// Which of EventBridge's buses events are published to; on an ordered one, their order is
    /// checked too
    #[arg(long, value_enum, value_name = "KIND", default_value_t)]
    pub bus: Bus,
    /// Draw everything from this number: the same one gives the same outcomes
    #[arg(long, value_name = "S")]
    pub seed: Option<u64>,
}

/// Everything is held in memory for the checks, so there is a limit.
const MAX_TRIPS: usize = 20_000;

fn trips(text: &str) -> Result<usize, String> {
    let number = text.parse().ok().filter(|number| (1..=MAX_TRIPS).contains(number));
    number.ok_or_else(|| format!("must be a whole number from 1 to {MAX_TRIPS}"))
}

fn rate(text: &str) -> Result<f64, String> {
    let rate = text.parse().ok().filter(|rate| (0.0..=1.0).contains(rate));
    rate.ok_or_else(|| "must be a number from 0 to 1".to_owned())
}

impl Args {
    /// The plan for these arguments.
    ///
    /// # Errors
    /// When the flights cannot be read or booked.
    pub fn plan(&self) -> anyhow::Result<Plan> {
        let flights = match &self.flights {
            Some(file) => flights::read(file)?,
            None => flights::bundled()?,
        };
        // A short seed can be read out and typed.
        let seed = self.seed.unwrap_or_else(|| rand::random::<u16>().into());
        Plan::draw(seed, self.trips, self.faults, &flights)
    }
}

/// Runs the demo and shows its report.
///
/// # Errors
/// When the system does not start, fails on the way or refuses a request that it must accept.
pub async fn run(args: &Args, output: &Output) -> anyhow::Result<ExitCode> {
    let plan = args.plan()?;
    output.remark(format!(
        "starting a system of its own, with shortened waits; seed {} (--seed {0} repeats it)",
        plan.seed
    ));
    let (pace, bus) = (Pace::FAST, args.bus.into());
    let system = System::start(Options { pace, bus, ..Options::ephemeral() }).await?;
    let end = watched(&system, &plan, output).await;
    let stopped = tokio::time::timeout(LAST_BREATH, system.stop()).await;
    let report = end?;
    output.show(&report, Report::text)?;
    if stopped.is_err() {
        bail!("the system did not stop within {LAST_BREATH:?}");
    }
    Ok(report.exit_code())
}

/// The demo itself; stops early when the system fails or the user interrupts it.
async fn watched(system: &System, plan: &Plan, output: &Output) -> anyhow::Result<Report> {
    tokio::select! {
        report = rehearse(system, plan, output) => report,
        failure = system.failure() => Err(failure),
        _ = tokio::signal::ctrl_c() => Err(anyhow!("interrupted before the end")),
    }
}

async fn rehearse(system: &System, plan: &Plan, output: &Output) -> anyhow::Result<Report> {
    let performance = perform(system, plan, output).await?;
    let spinner = output.spinner("reading tables, bus, search and suppliers".to_owned());
    let facts = collect(system, performance.bookings.clone()).await?;
    drop(spinner);
    Ok(Report::of(plan, &performance, &facts))
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("1", Some(1))]
    #[case("20000", Some(20_000))]
    #[case("0", None)]
    #[case("20001", None)]
    #[case("many", None)]
    fn the_number_of_trips_is_bounded(#[case] text: &str, #[case] expected: Option<usize>) {
        assert_eq!(trips(text).ok(), expected);
    }

    #[rstest]
    #[case("0", Some(0.0))]
    #[case("0.25", Some(0.25))]
    #[case("1", Some(1.0))]
    #[case("1.01", None)]
    #[case("-0.1", None)]
    #[case("NaN", None)]
    #[case("half", None)]
    fn a_rate_is_a_share(#[case] text: &str, #[case] expected: Option<f64>) {
        assert_eq!(rate(text).ok(), expected);
    }
}
