//! The handlers over captured records: instructions, allocations and calls.

use std::process::Command;

use anyhow::{Context, Result};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::builds::Build;
use super::callgrind::{self, Instructions};
use super::rows::{Figure, Figures, skipped};
use crate::command;

/// The captured records of each kind.
const RECORDS: f64 = 1_000.0;
/// The bookings that the saga's steps are counted for.
const BOOKINGS: f64 = 200.0;
/// Most entries of a call of `PutEvents`.
const ENTRIES: f64 = 10.0;

#[derive(Deserialize)]
struct Allocated {
    records: f64,
    allocations: f64,
    bytes: f64,
}

#[derive(Deserialize)]
struct Calls {
    calls: std::collections::BTreeMap<String, f64>,
    events: f64,
    /// The trips in each batch, added up.
    trips: f64,
}

#[derive(Deserialize)]
struct Went {
    seconds: f64,
    calls: f64,
    rounds: f64,
    overlaps: f64,
}

pub(super) fn instructions(build: &Build) -> Result<Figures> {
    let keys = ["dispatcher-instructions", "dispatcher-instructions-with-marks"];
    if !callgrind::is_there() {
        return Ok(skipped(&keys, callgrind::MISSING));
    }
    let floor = Instructions::of(build, "floor")?;
    let plain = Instructions::of(build, "plain-rust")?;
    let figure = |key: &str, contender: &str| -> Result<Figure> {
        let ours = Instructions::of(build, contender)?;
        let figure = Figure::of(key, a_record(ours.without_sha()));
        let figure = figure.with_floor(a_record(floor.without_sha()));
        Ok(figure.with_peer("plain Rust", a_record(plain.without_sha())).with_note(costs(&ours)))
    };
    Ok(vec![figure(keys[0], "dispatcher")?, figure(keys[1], "dispatcher-with-marks")?])
}

pub(super) fn projector(build: &Build) -> Result<Figures> {
    let keys = ["decoding-instructions", "projector-instructions"];
    if !callgrind::is_there() {
        return Ok(skipped(&keys, callgrind::MISSING));
    }
    let figure = |key: &str, contender: &str| -> Result<Figure> {
        let ours = Instructions::of(build, contender)?;
        Ok(Figure::of(key, a_record(ours.without_sha())).with_note(costs(&ours)))
    };
    Ok(vec![figure(keys[0], "decoding-of-metadata")?, figure(keys[1], "projector")?])
}

pub(super) fn saga(build: &Build) -> Result<Figures> {
    let key = "saga-instructions";
    if !callgrind::is_there() {
        return Ok(skipped(&[key], callgrind::MISSING));
    }
    let ours = Instructions::of(build, "saga")?;
    let note = format!("SHA-256 in software {:.0}", each(ours.of_sha(), BOOKINGS));
    Ok(vec![Figure::of(key, each(ours.without_sha(), BOOKINGS)).with_note(note)])
}

fn a_record(instructions: i64) -> f64 {
    each(instructions, RECORDS)
}

#[expect(clippy::cast_precision_loss, reason = "figures for people")]
fn each(instructions: i64, count: f64) -> f64 {
    (instructions as f64 / count).round()
}

/// Where the instructions of a record are.
fn costs(of: &Instructions) -> String {
    let largest = of.largest(6).into_iter();
    let largest: Vec<_> =
        largest.map(|(name, own)| format!("{:.0} {name}", a_record(own))).collect();
    format!("SHA-256 in software {:.0}; {}", a_record(of.of_sha()), largest.join("; "))
}

pub(super) fn allocations(build: &Build) -> Result<Figures> {
    let of = |contender: &str| -> Result<Allocated> {
        answer(build.command("allocations").arg(contender))
    };
    let (floor, plain) = (of("floor")?, of("plain-rust")?);
    let figure = |key: &str, contender: &str| -> Result<Figure> {
        let ours = of(contender)?;
        let figure = Figure::of(key, ours.a_record()).with_floor(floor.a_record());
        let note = format!("{:.0} bytes a record", ours.bytes / ours.records);
        Ok(figure.with_peer("plain Rust", plain.a_record()).with_note(note))
    };
    Ok(vec![
        figure("dispatcher-allocations", "dispatcher")?,
        figure("dispatcher-allocations-with-marks", "dispatcher-with-marks")?,
    ])
}

impl Allocated {
    fn a_record(&self) -> f64 {
        self.allocations / self.records
    }
}

pub(super) fn calls(build: &Build) -> Result<Figures> {
    let of = |contender: &str| -> Result<Calls> {
        answer(build.command("hot-path").args(["calls", contender]))
    };
    let (dispatcher, projector) = (of("dispatcher")?, of("projector")?);
    let puts = dispatcher.count("AWSEvents.PutEvents");
    let writes = projector.count("DynamoDB_20120810.PutItem");
    Ok(vec![
        Figure::of("put-events-calls", puts / (dispatcher.events / ENTRIES).ceil())
            .with_note(format!("{puts} calls for {} events", dispatcher.events)),
        Figure::of("view-writes", writes / projector.trips)
            .with_note(format!("{writes} writes for {} trips in batches", projector.trips)),
    ])
}

impl Calls {
    fn count(&self, operation: &str) -> f64 {
        self.calls.get(operation).copied().unwrap_or_default()
    }
}

/// The time of a large batch with a slow bus.
pub(super) fn slow_bus(build: &Build) -> Result<Figures> {
    let mut seconds = Vec::new();
    for _ in 0..5 {
        let went = slow(build, &[])?;
        seconds.push(went.seconds);
    }
    seconds.sort_by(f64::total_cmp);
    let note = format!("median of five; {:.3} to {:.3}", seconds[0], seconds[4]);
    Ok(vec![Figure::of("slow-bus", seconds[2]).with_floor(0.2).with_note(note)])
}

/// How often such a batch waits for the bus.
pub(super) fn rounds(build: &Build) -> Result<Figures> {
    let went = slow(build, &[])?;
    Ok(vec![
        Figure::of("slow-bus-rounds", went.rounds).with_floor(10.0),
        Figure::of("slow-bus-overlaps", went.overlaps),
    ])
}

/// The same batch before an ordered bus, beside the classic one, in turn.
pub(super) fn ordered_bus(build: &Build) -> Result<Figures> {
    let (classic, ordered) = (slow(build, &[])?, slow(build, ORDERED)?);
    let mut ratios = Vec::new();
    for _ in 0..5 {
        let classic = slow(build, &[])?.seconds;
        ratios.push(slow(build, ORDERED)?.seconds / classic);
    }
    ratios.sort_by(f64::total_cmp);
    let time = format!("median of five; {:.2} to {:.2}", ratios[0], ratios[4]);
    let calls = format!(
        "{} calls for {}; waits {} times for {}; {} overlaps",
        ordered.calls, classic.calls, ordered.rounds, classic.rounds, ordered.overlaps
    );
    Ok(vec![
        Figure::of("ordered-bus", ratios[2]).with_note(time),
        Figure::of("ordered-bus-calls", ordered.calls / classic.calls).with_note(calls),
    ])
}

const ORDERED: &[&str] = &["ordered"];

fn slow(build: &Build, bus: &[&str]) -> Result<Went> {
    answer(build.command("hot-path").arg("slow-bus").args(bus))
}

/// An event of so many captured records.
pub(super) fn event(build: &Build, kind: &str, records: usize) -> Result<String> {
    let mut program = build.command("hot-path");
    program.args(["event", kind, &records.to_string()]);
    let output = command::capture_stdout(&mut program)?;
    command::succeeded(&program, output.status)?;
    Ok(String::from_utf8(output.stdout)?)
}

/// What a program prints, as JSON.
pub(super) fn answer<T: DeserializeOwned>(program: &mut Command) -> Result<T> {
    let output = command::capture_stdout(program)?;
    command::succeeded(program, output.status)?;
    let text = String::from_utf8(output.stdout)?;
    let value: Value = serde_json::from_str(&text).with_context(|| text.clone())?;
    Ok(serde_json::from_value(value)?)
}
