//! Publishes outbox records to EventBridge, and sweeps what the stream missed.
//!
//! The guarantee: every committed event reaches the bus at least once, always with the same id.
//! [`handle`] follows the table's stream; [`sweeper`] publishes what the stream missed. Both pass
//! their events to `relay`, which packs them into calls, reads the bus's answers entry by entry,
//! parks what the bus refuses for good, and marks what it took.
//!
//! If the bus refuses an event for now but takes others, the event stays pending for the sweeper.
//! If the bus is down, the handler reports the first event that the bus did not take, and Lambda
//! sends everything from that event on again. Up to ten calls of a batch are in flight at a time,
//! none of them with the trip of another: so each trip's events are sent in order, and a failure
//! repeats only what was in flight.
//!
//! An ordered bus is given more: no event before those before it in its trip are on the bus, across
//! batches, failures and crashes. [`order`] decides what may be sent, and what must be asked for.

mod attempts;
mod bus;
mod deps;
mod dynamodb;
mod eventbridge;
mod eventbridgev2;
mod handler;
mod intake;
mod lanes;
mod on_the_bus;
pub mod order;
mod ordering;
mod outbox;
mod packing;
mod publisher;
mod relay;
mod replay;
mod sending;
pub mod sweeper;
mod unmarked;

#[cfg(test)]
mod fakes;

use lambda_kit::spans::Trigger;

pub use deps::{Deps, Settings};
pub use dynamodb::Table;
pub use eventbridge::EventBridge;
pub use eventbridgev2::OrderedBus;
pub use handler::handle;
pub use outbox::Outbox;
pub use packing::Limits;
pub use publisher::{BusAnswer, PublishFailed, Publisher};
pub use replay::MARK as REPLAY_MARK;

/// What invokes the dispatcher: the stream of the trips' table.
pub const TRIGGER: Trigger = Trigger::Stream("dispatch");
