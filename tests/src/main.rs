//! The integration tests: one binary, on a DynamoDB Local of its own.
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by panicking, also in the functions it calls"
)]

mod api;
mod bed;
mod console;
mod contract;
mod counts;
mod credentials;
mod demo;
mod dispatcher;
mod event_contract;
mod faults;
mod fuzz;
mod given_up;
mod hygiene;
mod logs;
mod mass_failure;
mod model;
mod outcomes;
mod projector;
mod query_api;
mod replay;
mod runtime_api;
mod saga;
mod shadow;
mod soak;
mod spans;
mod store;
