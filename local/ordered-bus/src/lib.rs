//! A local ordered bus of EventBridge, the kind that its guide calls Custom Event Bus: `PutEvents`
//! in its own protocol, Smithy RPC v2 CBOR, with event groups, deduplication and sequence numbers.
//!
//! What it accepts goes to a [`Sink`], in order. A [`Tape`] keeps it, and gives the [`Verdict`] on
//! what a FIFO subscriber of the whole bus was given: each group's events in the order in which
//! they were published.
//!
//! Repeats are known for five minutes, and for the life of the process. Subscribers, and the
//! operations that make buses and subscribers, are not served.
//!
//! Sources: `PutEvents` in the `EventBridgeV2` API reference, "Ordering and deduplicating events on
//! a Custom Event Bus" in the EventBridge user guide, "Smithy RPC v2 CBOR protocol".

mod bus;
mod outcome;
mod recent;
mod server;
mod sink;
mod tape;
mod verdict;
mod wire;

pub use bus::OrderedBus;
pub use outcome::Failure;
pub use server::Served;
pub use sink::Sink;
pub use tape::{Published, Tape};
pub use verdict::Verdict;
pub use wire::{Entry, SystemMetadata};
