//! The real `trip` binary from outside: tests start their own system and run each command on it.
#![allow(clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

mod bookings;
mod cost;
mod drift;
mod forward;
mod lifetime;
mod operator;
mod process;
mod rebuild;
mod refusals;
mod replay;
mod schemas;
mod stream;
mod system;
mod targets;
