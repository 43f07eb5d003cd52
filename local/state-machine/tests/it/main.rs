//! The runner from the outside: definitions, scripted functions and a journal on disk.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test ends by panicking"
)]

mod booking;
mod compensation;
mod controlling;
mod durability;
mod forgetting;
mod interpreting;
mod listing;
mod loading;
mod queueing;
mod random;
mod starting;
mod support;
mod timeouts;
