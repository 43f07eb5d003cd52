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
//! - A few patterns that nobody would want are refused, with the reason; see [`event_pattern`]. So
//!   is a request field that would have no effect (a schedule, a role, tags).
//! - A rule that fails on an event is switched off: its state is `DISABLED` until it is enabled or
//!   put again, and the log and its description say why. A rule fails when the event would take too
//!   much work, or when a new release refuses its pattern; then it has to be put anew.
//! - `Detail` nested deeper than 127 levels counts as malformed; EventBridge reads about 1,100.
//!
//! An event keeps `Detail` as the publisher has written it, without white space: with keys that
//! occur twice, and numbers that no double can hold.

mod archive;
mod archives;
mod bus;
mod config;
mod database;
mod deliver;
mod deliveries;
mod entry;
mod envelope;
mod error;
mod fault;
mod http;
mod queue;
mod replaying;
mod replays;
mod rules;
mod targets;
mod wire;

pub use archive::{Archive, ArchivedEvent, EventStream, Filter, Position};
pub use bus::{EventBus, OpenError};
pub use config::{Config, DEFAULT_BUS, Limits};
pub use database::StorageError;
pub use deliver::DeliverError;
pub use entry::{Entry, EntryFailure};
pub use error::AwsError;
pub use event_delivery::{RetryPolicy, Url};
pub use fault::{Fault, Interceptor, NoFaults};
pub use http::{archive_routes, router};
pub use wire::{TARGET_PREFIX, WireResponse, constraints, handle};
