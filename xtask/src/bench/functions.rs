//! The functions' programs: how large they are, and what memory they take after a while.

use anyhow::Result;

use super::builds::Build;
use super::rows::{Figure, Figures};
use super::runtime_api::{Instance, Used};
use super::{handlers, skipped};
use crate::dist;

/// The sizes of the functions as they are deployed.
pub(super) fn sizes() -> Result<Figures> {
    let names = ["dispatcher", "projector", "saga", "query-api"];
    if !dist::is_possible()? {
        let keys = names.map(|name| format!("size-{name}"));
        return Ok(skipped(&keys.each_ref().map(String::as_str), dist::INSTALL));
    }
    let sizes = dist::built_here()?;
    let size = |name: &str| {
        let bytes = sizes.iter().find(|(found, _)| *found == name).map(|(_, bytes)| *bytes);
        Figure {
            ours: bytes.map(megabytes),
            ..Figure::skipped(
                &format!("size-{name}"),
                "as `cargo xtask dist` builds it for this processor",
            )
        }
    };
    Ok(names.map(size).into())
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

#[expect(clippy::cast_precision_loss, reason = "figures for people")]
fn megabytes(bytes: usize) -> f64 {
    bytes as f64 / 1e6
}
