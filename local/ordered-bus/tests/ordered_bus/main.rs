//! The ordered bus through its public surface: its protocol as the real SDK speaks it, and what its
//! subscribers' targets are sent.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

mod buses;
mod delivery;
mod durability;
mod functions;
mod hook;
mod positions;
mod publishing;
mod refusals;
mod subscribers;
mod support;
