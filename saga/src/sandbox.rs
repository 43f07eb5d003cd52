//! The sandbox suppliers: an airline, a hotel and a payment provider that keep the contract of
//! [`crate::supplier`] in their own table, and misbehave as a request's `sandbox` object asks.
//!
//! [`behaviour`] holds what one key's row may become, as pure functions; [`suppliers`] plays them
//! out.

mod behaviour;
mod suppliers;

pub use suppliers::SandboxSuppliers;
