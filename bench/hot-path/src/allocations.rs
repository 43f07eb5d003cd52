//! Counts what a contender allocates.

use std::alloc::System;

use serde::Serialize;
use stats_alloc::{Region, StatsAlloc};

use crate::canned::Canned;
use crate::contenders;
use crate::records::BATCH;

/// What one pass over the records allocates.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Allocated {
    /// How many records the pass has.
    pub records: usize,
    /// How often memory was allocated, or an allocation grew.
    pub allocations: usize,
    /// How much.
    pub bytes: usize,
}

/// What the contender of that name allocates for a pass, after one that warms it up. `allocator`
/// must be the process's own.
///
/// # Errors
/// When there is no such contender, or it fails.
pub async fn of(name: &str, allocator: &StatsAlloc<System>) -> anyhow::Result<Allocated> {
    let (contender, records) = contenders::named(name, &Canned::default()).await?;
    for batch in records.batches(BATCH)? {
        contender.process(batch).await?;
    }
    let batches = records.batches(BATCH)?;
    let region = Region::new(allocator);
    for batch in batches {
        contender.process(batch).await?;
    }
    let change = region.change();
    Ok(Allocated {
        records: records.count(),
        allocations: change.allocations + change.reallocations,
        bytes: change.bytes_allocated,
    })
}
