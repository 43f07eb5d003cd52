//! CPU time of the dispatcher, its floor and its peers: each is a process that makes a pass over
//! the same records when it is asked, and all are asked in turn. What counts is the ratio to the
//! floor in the same turn.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use anyhow::{Context, Result};
use serde::Deserialize;

use super::builds::Build;
use super::peers;
use super::rows::{Figure, Figures};

/// Passes before the first that counts: just-in-time compilers need some.
const WARM_UP: usize = 10;
/// Turns that count.
const TURNS: usize = 31;

/// A process that is asked for passes.
struct Asked {
    name: &'static str,
    child: Child,
    questions: ChildStdin,
    answers: BufReader<ChildStdout>,
    /// Of the turns that count, microseconds a record.
    times: Vec<f64>,
}

#[derive(Deserialize)]
struct Pass {
    cpu_ns: f64,
    records: f64,
}

pub(super) fn measure(build: &Build) -> Result<Figures> {
    let before = load_average();
    let (mut all, skipped) = everybody(build)?;
    for asked in &mut all {
        for _ in 0..WARM_UP {
            asked.pass()?;
        }
    }
    for _ in 0..TURNS {
        for asked in &mut all {
            let time = asked.pass()?;
            asked.times.push(time);
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
fn everybody(build: &Build) -> Result<(Vec<Asked>, String)> {
    let rust = |name: &'static str| {
        let mut command = build.command("hot-path");
        command.args(["serve", name]);
        Asked::start(name, &mut command)
    };
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
    Ok((all, skipped))
}

fn figure(all: &[Asked], ours: &str, note: &str) -> Figure {
    let floor = &all[0].times;
    let ratio =
        |of: &Asked| median(of.times.iter().zip(floor).map(|(time, floor)| time / floor).collect());
    let others = ["floor", "dispatcher", "dispatcher-with-marks"];
    let mut figure = Figure { key: format!("{ours}-cpu"), floor: Some(1.0), ..Figure::default() };
    if ours == "dispatcher-with-marks" {
        "dispatcher-cpu-with-marks".clone_into(&mut figure.key);
    }
    figure.ours = all.iter().find(|asked| asked.name == ours).map(ratio);
    for peer in all.iter().filter(|asked| !others.contains(&asked.name)) {
        figure = figure.with_peer(peer.name, ratio(peer));
    }
    figure.with_note(note.to_owned())
}

impl Asked {
    fn start(name: &'static str, command: &mut Command) -> Result<Self> {
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let questions = child.stdin.take().context("no way to ask")?;
        let answers = BufReader::new(child.stdout.take().context("no way to hear")?);
        Ok(Self { name, child, questions, answers, times: Vec::new() })
    }

    /// The microseconds of a processor for each record of one pass.
    fn pass(&mut self) -> Result<f64> {
        self.questions.write_all(b"\n")?;
        let mut line = String::new();
        self.answers.read_line(&mut line)?;
        let pass: Pass =
            serde_json::from_str(&line).with_context(|| format!("{} failed", self.name))?;
        Ok(pass.cpu_ns / 1_000.0 / pass.records)
    }
}

/// It ends by itself when nobody asks it any more, but not in the middle of a pass.
impl Drop for Asked {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
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
