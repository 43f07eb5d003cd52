//! Tests of the kit, through its public surface.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

mod files;
mod runs;
mod schedule;
