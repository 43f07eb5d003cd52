//! `cargo xtask bench`: what the product costs, beside the goals, a hand-made floor and its peers.
//!
//! What can be counted is counted: calls, units, instructions, allocations, bytes. Machines are
//! shared and noisy, so times are ratios of pairs that run in turn. `bench/rows.json` has the rows
//! and their goals.

mod asked;
mod booking;
mod builds;
mod callgrind;
mod functions;
mod handlers;
mod load;
mod pairs;
mod parts;
mod peers;
mod rows;
mod runtime_api;
mod start;
mod units;

use anyhow::{Result, ensure};
use clap::ValueEnum;

use builds::Build;
use rows::Table;

/// What is measured together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Part {
    /// The dispatcher's handler beside its floor and peers: instructions, allocations, time
    Dispatcher,
    /// The projector's handler: instructions
    Projector,
    /// The saga's steps of a booking: instructions, CPU time on DynamoDB Local
    Saga,
    /// The functions' start: time, certificates
    Start,
    /// The functions' binaries
    Size,
    /// The functions' memory after small and large batches
    Memory,
    /// A large batch and a slow bus, classic or ordered
    Bus,
    /// Calls and writes of the consumers
    Calls,
    /// Read and write units of a booking, and rows read by a search, on DynamoDB Local
    Units,
    /// Where the dispatcher's instructions go, drawn to docs/instructions.svg
    Parts,
    /// `trip up` under more and more clients; prints a table of its own
    Overload,
    /// `trip up` beside its engine alone; prints lines of its own
    Engine,
    /// `trip up` and its commands on tables of many trips; prints a table of its own
    Growth,
    /// The console while many events flow and pages are followed; prints a line of its own
    Console,
}

/// What takes minutes or writes a file, and is done only if it is named.
const NAMED: [Part; 5] = [Part::Parts, Part::Overload, Part::Engine, Part::Growth, Part::Console];

/// How the benchmark runs.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// Fail where a counted goal is missed.
    pub check: bool,
    /// Print JSON in place of a table.
    pub json: bool,
}

/// Measures the named parts, or all but those that must be named, and prints the rows.
///
/// # Errors
/// When something cannot be built or run, or a counted goal is missed and that is to be checked.
pub fn run(only: &[Part], options: Options) -> Result<()> {
    let chosen = |part: &&Part| match only {
        [] => !NAMED.contains(part),
        only => only.contains(part),
    };
    let mut table = Table::read()?;
    for part in Part::value_variants().iter().filter(chosen) {
        measure(*part, options, &mut table)?;
    }
    table.print(options.json)?;
    ensure!(!options.check || table.missed().is_empty(), "missed: {}", table.missed().join(", "));
    Ok(())
}

/// The counted rows that need no release build.
///
/// # Errors
/// When a goal is missed, or something cannot be built or run.
pub(crate) fn counted() -> Result<()> {
    let build = Build::debug()?;
    let mut table = Table::read()?;
    table.add(handlers::allocations(&build)?);
    table.add(handlers::calls(&build)?);
    table.add(handlers::rounds(&build)?);
    table.print(false)?;
    ensure!(table.missed().is_empty(), "missed: {}", table.missed().join(", "));
    Ok(())
}

fn measure(part: Part, options: Options, table: &mut Table) -> Result<()> {
    eprintln!("=== {part:?}");
    let build = Build::function;
    match part {
        Part::Dispatcher => {
            table.add(handlers::instructions(&build()?)?);
            table.add(handlers::allocations(&build()?)?);
            table.add(pairs::measure(&build()?)?);
        }
        Part::Projector => table.add(handlers::projector(&build()?)?),
        Part::Saga => {
            table.add(handlers::saga(&build()?)?);
            table.add(booking::measure(&build()?)?);
        }
        Part::Start => table.add(start::measure(&build()?)?),
        Part::Size => table.add(functions::sizes(&build()?)?),
        Part::Memory => table.add(functions::memory(&build()?)?),
        Part::Bus => {
            table.add(handlers::slow_bus(&build()?)?);
            table.add(handlers::rounds(&build()?)?);
            table.add(handlers::ordered_bus(&build()?)?);
        }
        Part::Calls => table.add(handlers::calls(&build()?)?),
        Part::Units => table.add(units::measure()?),
        Part::Parts => parts::draw(&build()?)?,
        Part::Overload => load::run("overload", options.json)?,
        Part::Engine => load::run("engine", options.json)?,
        Part::Growth => load::run("growth", options.json)?,
        Part::Console => load::run("console", options.json)?,
    }
    Ok(())
}
