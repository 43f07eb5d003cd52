//! A local EventBridge: event buses with rules and a durable archive, on one SQLite file.
//!
//! The AWS SDKs and the `aws events` commands work with it: [`handle`] answers EventBridge's wire
//! protocol, and [`router`] serves it over HTTP together with the archive. An event is stored
//! before `PutEvents` answers, so a killed process loses no event that it accepted.
//!
//! # Targets
//!
//! A target of a rule is what a developer has: an `http://` or `https://` address, given in place
//! of an ARN, or the ARN of a Lambda function, which is invoked at [`Config::invoke_address`].
//! [`EventBus::deliver`] delivers to them in the background: an event is queued for each target of
//! the rules that it matches in the transaction that accepts it, and leaves the queue when the
//! target has taken it, or as a dead letter in a file. So neither a killed process nor a killed
//! target misses one. [`event_delivery`] says what is sent and when it is sent again.
//!
//! | member of a target | is |
//! |---|---|
//! | `Id`, `Arn` | as above |
//! | `Input`, `InputPath`, `InputTransformer` | as on EventBridge; see below |
//! | `HttpParameters` | for an HTTP address: its `*`, headers and query |
//! | `RetryPolicy` | as on EventBridge: 185 retries within 24 hours unless it says otherwise |
//! | `DeadLetterConfig` | refused: dead letters go to [`Config::dead_letters`] |
//! | all others | refused |
//!
//! Instead of a target, a program may follow the archive, which records which rules an event
//! matched: [`Filter::of_rule`].
//!
//! # Archives and replays
//!
//! An archive has the events of one bus from its making on, by its pattern and retention, out of
//! those that this bus keeps anyway ([`Config::retention`]). A replay sends those of a time range
//! again, with `replay-name` in the envelope, to the targets of rules. It archives nothing again,
//! so subscriptions do not see it. It goes no faster than its targets: about 1,000 deliveries of it
//! wait at most.
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
//! - What EventBridge does not document is decided here: an `InputPath` that finds nothing sends
//!   `null`; a template's object or array within quotes becomes its JSON, escaped; a target at
//!   which nobody listened gets all that waits once somebody does; a function that fails is invoked
//!   again.
//! - An archive has no managed rule, and its `EventCount` is up to date. A cancelled replay is so
//!   at once, and what waits of it is dropped. A replay is `COMPLETED` when all its events are
//!   queued.
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
