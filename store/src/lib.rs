//! The one crate that knows DynamoDB: schema, keys, codecs, the commit, the outbox and the search
//! view.
//!
//! - [`TripStore`] is the write model: [`TripStore::load`] a trip, let the aggregate decide,
//!   [`TripStore::commit`] the change and its events in one transaction.
//! - [`outbox`] tracks the committed events until they are published.
//! - [`view`] is the read model that serves searches.
//! - [`sandbox`] keeps the sandbox suppliers' books.
//! - [`schema`] and [`keys`] define the layout; no other crate builds a key.
//!
//! Timeouts come from the client that the caller built. Pauses between retries use that client's
//! own sleep, so a test can make them take no time.

#[cfg(test)]
mod arbitrary;
mod backoff;
mod batch_get;
#[cfg(test)]
mod canned;
mod client;
mod error;
mod fault;
pub mod image;
mod items;
pub mod keys;
mod limits;
mod open_work;
pub mod outbox;
mod request;
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
pub use open_work::{Backlog, InFlightTrip, OpenCounts, Within};
pub use scan::{Position, ScanPage, Segment};
pub use schema::Tables;
pub use trips::{Root, Run, RunStatus, Trace, TripStore, draw_event_id};
