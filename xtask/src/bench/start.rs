//! A function's start: the processor time until it asks for its first invocation, and the files
//! with certificates that it opens until then and in its first invocation.

use std::fs;

use anyhow::Result;

use super::builds::Build;
use super::handlers;
use super::pairs::{load_average, median};
use super::rows::{Figure, Figures};
use super::runtime_api::Instance;
use crate::{command, workspace};

const FUNCTIONS: [&str; 4] = ["dispatcher", "projector", "saga", "query-api"];
/// How often each function is started.
const STARTS: usize = 21;

pub(super) fn measure(build: &Build) -> Result<Figures> {
    Ok(vec![time(build)?, certificates(build)?])
}

/// The slowest function's median.
fn time(build: &Build) -> Result<Figure> {
    let mut medians = Vec::new();
    for function in FUNCTIONS {
        let start = |_| Ok(Instance::start(build, function, &[])?.started()?.cpu_ms);
        medians.push((function, median((0..STARTS).map(start).collect::<Result<_>>()?)));
    }
    let slowest = medians.iter().map(|(_, time)| *time).fold(0.0, f64::max);
    let each: Vec<_> = medians.iter().map(|(name, time)| format!("{name} {time:.2}")).collect();
    let note = format!("medians of {STARTS}: {}; load {}", each.join(", "), load_average());
    Ok(Figure::of("start-cpu", slowest).with_note(note))
}

fn certificates(build: &Build) -> Result<Figure> {
    let key = "start-certificates";
    if !command::works("strace", "--version") {
        return Ok(Figure::skipped(key, "strace is not installed: apt-get install strace"));
    }
    let file = workspace::target_dir()?.join("strace.dispatcher");
    let output = format!("--output={}", file.display());
    let strace = ["strace", "--follow-forks", "--trace=open,openat", &output];
    Instance::start(build, "dispatcher", &strace)?
        .after(1, &handlers::event(build, "outbox", 1)?)?;
    let opened = fs::read_to_string(file)?;
    let is_certificate = |line: &&str| {
        let is_there = !line.contains("ENOENT");
        is_there && [".pem", ".crt", "/certs", "/ssl/"].iter().any(|part| line.contains(part))
    };
    let (all, found) = (opened.lines().count(), opened.lines().filter(is_certificate).count());
    #[expect(clippy::cast_precision_loss, reason = "a figure for people")]
    let figure = Figure::of(key, found as f64);
    Ok(figure.with_note(format!("{all} calls that open a file; the endpoints are plain HTTP")))
}
