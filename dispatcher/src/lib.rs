//! Publishes outbox records to EventBridge, and sweeps what the stream missed.
//!
//! What it guarantees: every committed event reaches the bus at least once, always with the same
//! id. [`handle`] follows the table's stream; [`sweeper`] publishes what the stream did not bring.
//! Both hand their events to `relay`, which packs them into calls, reads the bus's answers
//! entry by entry, parks what the bus refuses for good, and marks what it took.
//!
//! An event that the bus refuses for now while it takes others stays pending for the sweeper. Where
//! the bus is down, the first event that it did not take is reported, and everything from it on
//! comes again. So the calls of a batch go out one after the other: one trip is never in two of
//! them at once, and a failure repeats no more than the entries of its own call.

mod attempts;
mod bus;
mod deps;
mod eventbridge;
mod handler;
mod intake;
mod outbox;
mod packing;
mod publisher;
mod relay;
pub mod sweeper;
mod unmarked;

#[cfg(test)]
mod fakes;

use lambda_kit::spans::Trigger;

pub use deps::{Deps, Settings};
pub use eventbridge::EventBridge;
pub use handler::handle;
pub use outbox::Outbox;
pub use packing::Limits;
pub use publisher::{BusAnswer, PublishFailed, Publisher};

/// What invokes the dispatcher: the stream of the trips' table.
pub const TRIGGER: Trigger = Trigger::Stream("dispatch");
