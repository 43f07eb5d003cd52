//! The functions' programs: how large they are, and what memory they take after a while.

use std::fs;

use anyhow::Result;

use super::builds::Build;
use super::handlers;
use super::rows::{Figure, Figures};
use super::runtime_api::{Instance, Used};

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
    let after = |function, count, kind, records| {
        let event = handlers::event(build, kind, records)?;
        Instance::start(build, function, &[])?.after(count, &event)
    };
    let small = after("dispatcher", 50, "outbox", 1)?;
    let large = after("dispatcher", 5, "outbox", 1_000)?;
    let rows = after("projector", 5, "metadata", 1_000)?;
    let figure = |key, used: Used| {
        let note = format!("{:.1} MB at most", used.peak_mb);
        Figure::of(key, used.resident_mb).with_note(note)
    };
    Ok(vec![
        figure("memory-small", small),
        figure("memory-large", large),
        figure("memory-large-projector", rows),
    ])
}
