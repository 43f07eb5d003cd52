//! Tests of event patterns, through the crate's public surface.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

mod matches;
mod properties;
mod refusals;
mod verdicts;
mod work;
