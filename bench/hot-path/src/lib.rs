//! The consumers of the stream over captured records, and contenders that do the same: a floor that
//! leaves out all that can be left out, and what one would write with the SDK. Beside them, the
//! saga's steps.
//!
//! AWS answers within the process, at once: what is measured is the consumers' own work. Only
//! `saga-on-dynamodb` calls a DynamoDB.

pub mod allocations;
mod booking;
pub mod canned;
pub mod contender;
pub mod contenders;
mod decoding;
mod dispatcher;
mod floor;
mod kept;
mod plain;
mod projector;
pub mod records;
pub mod slow_bus;
