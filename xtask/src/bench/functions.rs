//! The functions' programs: how large they are, and what memory they take after a while.

use std::fs;

use anyhow::Result;

use super::builds::Build;
use super::handlers;
use super::pairs::median;
use super::rows::{Figure, Figures};
use super::runtime_api::{Instance, Used};

/// What an allocator gives back differs from process to process.
const PROCESSES: usize = 7;

/// The sizes of the functions, stripped.
pub(super) fn sizes(build: &Build) -> Result<Figures> {
    let size = |name: &str| {
        let bytes = fs::metadata(build.program(name))?.len();
        #[expect(clippy::cast_precision_loss, reason = "a figure for people")]
        let megabytes = bytes as f64 / 1e6;
        Ok(Figure::of(&format!("size-{name}"), megabytes))
    };
    ["dispatcher", "projector", "saga", "query-api"].into_iter().map(size).collect()
}

/// The memory of the two consumers after batches.
pub(super) fn memory(build: &Build) -> Result<Figures> {
    let after = |key, function, count, kind, records| -> Result<Figure> {
        let event = handlers::event(build, kind, records)?;
        let process = |_| Instance::start(build, function, &[])?.after(count, &event);
        Ok(figure(key, &(0..PROCESSES).map(process).collect::<Result<Vec<_>>>()?))
    };
    Ok(vec![
        after("memory-small", "dispatcher", 50, "outbox", 1)?,
        after("memory-large", "dispatcher", 5, "outbox", 1_000)?,
        after("memory-large-projector", "projector", 5, "metadata", 1_000)?,
    ])
}

fn figure(key: &str, processes: &[Used]) -> Figure {
    let resident = || processes.iter().map(|used| used.resident_mb);
    let peak = processes.iter().map(|used| used.peak_mb).fold(0.0, f64::max);
    let (least, most) = (resident().fold(peak, f64::min), resident().fold(0.0, f64::max));
    let note = format!(
        "median of {PROCESSES} processes, {least:.1} to {most:.1}; {peak:.1} MB at most in between"
    );
    Figure::of(key, median(resident().collect())).with_note(note)
}
