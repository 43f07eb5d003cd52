//! The engine as its clients see it: real SDK clients over HTTP. These tests check what the product
//! relies on, and where the engine differs from DynamoDB.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "these are tests")]

mod indexes;
mod partiql;
mod query_plan;
mod restart;
mod streams;
mod support;
mod transactions;
mod trimming;
mod ttl;
