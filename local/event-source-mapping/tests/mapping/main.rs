//! The mapping as a whole: against the embedded engine over HTTP, and against a scripted stream for
//! what the engine never does (splits, trimmed records, expired iterators, failing calls).

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "these are tests")]

mod batches;
mod bisecting;
mod discarding;
mod failing_stream;
mod function;
mod kept;
mod lanes;
mod positions;
mod reading;
mod retries;
mod running;
mod scripted_client;
mod shards;
mod system;
