//! The rules of the aggregate: as sentences, as a table, and as properties of random races.
#![allow(
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by panicking, also in the functions it calls"
)]

mod amounts;
mod booking;
mod compensation;
mod contract;
mod ownership;
mod races;
mod request;
mod schema;
mod states;
mod support;
mod world;
