//! A local EventBridge: event buses with rules and a durable archive, on one SQLite file.
//!
//! The AWS SDKs and the `aws events` commands work with it: [`handle`] answers EventBridge's wire
//! protocol, and [`router`] serves it over HTTP together with the archive. An event is stored
//! before `PutEvents` answers, so a killed process loses no event that it accepted.
//!
//! Rules have no targets here. A rule names a subscription instead: the archive records which rules
//! an event matched, and [`Filter::of_rule`] follows one of them.
//!
//! # As strict as EventBridge
//!
//! - `PutEvents` answers 200 with failed entries inside.
//! - An event for a bus that does not exist, or with a detail type of more than 128 characters, is
//!   accepted with an event id and then dropped. The drop is logged.
//! - Delivery is at least once to a subscriber that remembers its [`Position`].
//!
//! # Where it differs from EventBridge
//!
//! - A pattern that the matcher cannot decide as EventBridge does is refused, with the reason; see
//!   [`event_pattern::Pattern`]. So is a request field that would have no effect (a schedule, a
//!   role, tags). If the matcher fails on a rule later, that is logged, and delivery goes on
//!   without the rule.
//! - `Detail` nested deeper than 127 levels counts as malformed; EventBridge reads about 1,100.
//! - A key of an event that contains a dot is one key, where EventBridge also takes it for a path.

mod archive;
mod bus;
mod config;
mod database;
mod entry;
mod error;
mod fault;
mod http;
mod rules;
mod wire;

pub use archive::{Archive, ArchivedEvent, EventStream, Filter, Position};
pub use bus::{EventBus, OpenError};
pub use config::{Config, DEFAULT_BUS, Limits};
pub use database::StorageError;
pub use entry::{Entry, EntryFailure};
pub use error::AwsError;
pub use fault::{Fault, Interceptor, NoFaults};
pub use http::{archive_routes, router};
pub use wire::{TARGET_PREFIX, WireResponse, handle};
