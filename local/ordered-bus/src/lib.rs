//! EventBridge's ordered bus, the kind that its guide calls Custom Event Bus, in its own protocol,
//! Smithy RPC v2 CBOR.
//!
//! An [`Account`] has buses and subscribers, kept in a file: `PutEvents` with event groups,
//! deduplication and sequence numbers; `CreateEventBus`, `DescribeEventBus`, `ListEventBuses`,
//! `UpdateEventBus` and `DeleteEventBus`; the same five for subscribers. A subscriber sends what
//! its filters admit to an HTTP address or a Lambda function, a `FIFO` one each event group in
//! order. [`Account::deliver`] does the sending, [`Account::standings`] says where each one is.
//!
//! An [`OrderedBus`] is one bus in memory, for tests of publishers. It keeps what it accepts, and
//! gives the [`Verdict`] on what a FIFO subscriber of the whole bus would have seen.
//!
//! # What differs from AWS
//!
//! - A bus is at work at once, and a role is neither assumed nor checked.
//! - A target is an HTTP address, in the place of its ARN, or the ARN of a function behind an
//!   invoke address. An `EVENT` invocation waits for the function, as `REQUEST_RESPONSE` does.
//!   `JSONATA`, and the parameters of other targets, are refused.
//! - Dead letters go to a file, with or without an `OnFailureConfiguration`.
//! - An event that waits for a target at which nobody listens spends no attempt. It still ages.
//! - A subscriber that has come to its `EndPoint` is `STOPPED`. AWS does not say what it does.
//! - Groups do not hold up each other: after a failure the groups of a batch are sent one by one.
//!   AWS's guide promises that on one page; another one says that a failed call holds up all.
//!
//! Sources: `EventBridgeV2` API reference; "Amazon EventBridge event bus (Custom)" in the
//! EventBridge user guide; "Smithy RPC v2 CBOR protocol".

mod account;
mod attempt;
mod bus;
mod config;
mod deliver;
mod event;
mod filter;
mod log;
mod outcome;
mod queue;
mod recent;
mod refusal;
mod repeats;
mod routes;
mod rpc;
mod server;
mod sink;
mod store;
mod tape;
mod verdict;
mod wire;
mod worker;

pub use account::{Account, OpenError, Standing};
pub use bus::OrderedBus;
pub use config::Config;
pub use deliver::DeliverError;
pub use log::Mirror;
pub use outcome::{Accepted, Failure};
pub use server::Served;
pub use sink::Sink;
pub use store::StorageError;
pub use tape::{Published, Tape};
pub use verdict::Verdict;
pub use wire::settings::{SubscriberState, SubscriberType};
pub use wire::{Entry, SystemMetadata};
