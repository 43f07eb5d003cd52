//! The real `trip`, from outside: a system of its own, and each command asked of it.
#![allow(clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

mod bookings;
mod drift;
mod lifetime;
mod process;
mod rebuild;
mod refusals;
mod system;
