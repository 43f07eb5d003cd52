//! What every function shares: configuration, SDK clients, telemetry, error names and the
//! stream-batch loop.
//!
//! A function's `main.rs` reads [`config::Config`] once, starts [`telemetry`], builds its clients
//! with [`clients::sdk_config`] and hands its handler to [`function::run`].

pub mod clients;
pub mod clock;
pub mod config;
mod credentials;
pub mod deadline;
pub mod error;
pub mod function;
pub mod http;
mod https;
mod invocation;
pub mod metrics;
pub mod payload;
pub mod spans;
pub mod stream;
pub mod telemetry;
mod throttles;
pub mod trace;
