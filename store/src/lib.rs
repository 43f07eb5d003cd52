//! The one crate that knows DynamoDB: schema, keys, codecs, the commit, the outbox and the search
//! view.
//!
//! - [`TripStore`] is the write model: [`TripStore::load`] a trip, let the aggregate decide,
//!   [`TripStore::commit`] the change and its events in one transaction.
//! - [`outbox`] follows the committed events until they are published.
//! - [`view`] is the read model that search is served from.
//! - [`sandbox`] keeps the sandbox suppliers' books.
//! - [`schema`] and [`keys`] say how all of it is laid out; nothing else spells a key.
//!
//! Timeouts come from the client that the caller built; pauses between repeats are waited on
//! that client's own sleep, so a test can make them pass at once.

#[cfg(test)]
mod arbitrary;
mod backoff;
mod batch_get;
#[cfg(test)]
mod canned;
mod client;
mod error;
mod fault;
mod items;
pub mod keys;
mod limits;
mod open_work;
pub mod outbox;
#[cfg(test)]
mod sample;
pub mod sandbox;
mod scan;
pub mod schema;
mod trips;
pub mod view;

pub use client::{Client, client};
pub use error::{CodecError, CommitError, StoreError, UnreadableItem};
pub use limits::{LimitExceeded, MAX_DETAIL_TYPE};
pub use open_work::{Backlog, InFlightTrip, OpenCounts};
pub use schema::Tables;
pub use trips::{Root, Trace, TripStore, draw_event_id};
