//! Developer tasks, as a library, so that the integration tests start DynamoDB Local with the same
//! code as `cargo xtask dynamodb-local`.
//!
//! It imports no crate of the product: the tasks work even if the product does not compile.

pub mod bench;
pub mod checks;
mod command;
mod copy;
pub mod dist;
pub mod drill;
pub mod dynamodb_local;
pub mod faults;
pub mod guards;
mod leash;
mod mutation;
mod npm;
mod python;
pub mod simulate;
pub mod soak;
mod verdict;
mod workspace;
