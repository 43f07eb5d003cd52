//! CPU time of the dispatcher, its floor and its peers: each is a process that makes a pass over
//! the same records when it is asked, and all are asked in turn. What counts is the ratio to the
//! floor in the same turn.

use std::fs;

use anyhow::Result;

use super::asked::Asked;
use super::builds::Build;
use super::peers;
use super::rows::{Figure, Figures};

/// Passes before the first that counts: just-in-time compilers need some.
const WARM_UP: usize = 10;
/// Turns that count.
const TURNS: usize = 31;

/// A process that is asked, and of the turns that count its microseconds a record.
struct Contender {
    asked: Asked,
    times: Vec<f64>,
}

pub(super) fn measure(build: &Build) -> Result<Figures> {
    let before = load_average();
    let (mut all, skipped) = everybody(build)?;
    for contender in &mut all {
        for _ in 0..WARM_UP {
            contender.asked.pass()?;
        }
    }
    for _ in 0..TURNS {
        for Contender { asked, times } in &mut all {
            times.push(asked.pass()?);
        }
    }
    let note = format!(
        "median of {TURNS} turns; the floor's median is {:.2} µs; load {before} to {}{skipped}",
        median(all[0].times.clone()),
        load_average()
    );
    Ok(["dispatcher", "dispatcher-with-marks"].map(|name| figure(&all, name, &note)).into())
}

/// The floor first.
fn everybody(build: &Build) -> Result<(Vec<Contender>, String)> {
    let rust = |name| Asked::contender(build, name, &[]);
    let mut all = vec![
        rust("floor")?,
        rust("dispatcher")?,
        rust("dispatcher-with-marks")?,
        rust("plain-rust")?,
    ];
    let mut skipped = String::new();
    for (name, peer) in peers::all() {
        match peer {
            Ok(mut command) => all.push(Asked::start(name, &mut command)?),
            Err(reason) => skipped += &format!("; without {name}: {reason}"),
        }
    }
    let all = all.into_iter().map(|asked| Contender { asked, times: Vec::new() });
    Ok((all.collect(), skipped))
}

fn figure(all: &[Contender], ours: &str, note: &str) -> Figure {
    let floor = &all[0].times;
    let ratio = |of: &Contender| {
        median(of.times.iter().zip(floor).map(|(time, floor)| time / floor).collect())
    };
    let others = ["floor", "dispatcher", "dispatcher-with-marks"];
    let mut figure = Figure { key: format!("{ours}-cpu"), floor: Some(1.0), ..Figure::default() };
    if ours == "dispatcher-with-marks" {
        "dispatcher-cpu-with-marks".clone_into(&mut figure.key);
    }
    figure.ours = all.iter().find(|one| one.asked.name == ours).map(ratio);
    for peer in all.iter().filter(|one| !others.contains(&one.asked.name)) {
        figure = figure.with_peer(peer.asked.name, ratio(peer));
    }
    figure.with_note(note.to_owned())
}

pub(super) fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

/// Of the last minute.
pub(super) fn load_average() -> String {
    let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    load.split(' ').next().unwrap_or_default().to_owned()
}
