//! The sandbox suppliers: an airline, a hotel and a payment provider that keep the contract of
//! [`crate::supplier`] in their own table, and misbehave as a request's `sandbox` object asks.
//!
//! [`books`] defines how the row of a key may change, as pure functions; [`suppliers`] applies
//! them.

mod books;
mod suppliers;

pub use suppliers::SandboxSuppliers;
