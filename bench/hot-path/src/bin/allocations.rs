//! `allocations NAME`: what a contender allocates for a pass over the captured records. A program
//! of its own, since to count costs time.

use std::alloc::System;

use anyhow::Context;
use stats_alloc::{INSTRUMENTED_SYSTEM, StatsAlloc};
use tokio::runtime::Builder;

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

fn main() -> anyhow::Result<()> {
    let name = std::env::args().nth(1).context("allocations NAME")?;
    let runtime = Builder::new_current_thread().enable_all().build()?;
    let allocated = runtime.block_on(hot_path::allocations::of(&name, ALLOCATOR))?;
    println!("{}", serde_json::to_string(&allocated)?);
    Ok(())
}
