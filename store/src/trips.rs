//! The write model: a trip is loaded whole, changed by its aggregate, and committed with its
//! events.

mod commit;
mod event_id;
mod items;
mod load;
mod root;
mod run;
#[cfg(test)]
mod tests;
mod transaction;

use domain::Timestamp;
use futures::Stream;
use serde_dynamo::Item;

use crate::items::text;
use crate::scan::{self, Position, ScanPage, Segment, Wanted};
use crate::view::SearchRow;
use crate::{Client, InFlightTrip, StoreError, UnreadableItem, Within, keys, open_work};

/// The root items, of which each trip has one.
const ROOTS: Wanted = Wanted { condition: "#key = :value", key: keys::SK, value: keys::METADATA };

pub use event_id::draw_event_id;
pub use root::Root;
pub use run::{Run, RunStatus};

/// The trips in TripSagaTable. Clones share one client.
#[derive(Clone, Debug)]
pub struct TripStore {
    client: Client,
    table: String,
    trace: Trace,
    schemas: Option<String>,
}

/// The trace of a commit; its events carry it on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Trace {
    /// The W3C trace context, written into the envelope.
    pub traceparent: Option<String>,
    /// What the AWS X-Ray header says beyond that. Both together are sent to EventBridge as the
    /// entry's `TraceHeader`.
    pub trace_header: Option<String>,
}

impl TripStore {
    /// The trips in `table`.
    #[must_use]
    pub fn new(client: Client, table: impl Into<String>) -> Self {
        Self { client, table: table.into(), trace: Trace::default(), schemas: None }
    }

    /// The same store; its commits belong to `trace`.
    #[must_use]
    pub fn with_trace(mut self, trace: Trace) -> Self {
        self.trace = trace;
        self
    }

    /// The same store; its commits' events say that their schemas are at the address `schemas`.
    #[must_use]
    pub fn with_schemas_at(mut self, schemas: impl Into<String>) -> Self {
        self.schemas = Some(schemas.into());
        self
    }

    /// The summaries of all trips, in no order, for operators' tools: it scans the table.
    ///
    /// An item that cannot be read becomes a [`StoreError::Unreadable`], and the next items follow
    /// it; a failed call ends the stream.
    pub fn all_trips(&self) -> impl Stream<Item = Result<SearchRow, StoreError>> + use<> {
        scan::items(&self.client, &self.table, ROOTS, |item| Ok(summary(item)?))
    }

    /// The same of one segment of the table, behind a place in it, page by page.
    pub fn pages_of_trips(
        &self,
        segment: Segment,
        after: Option<Position>,
    ) -> impl Stream<Item = Result<ScanPage<SearchRow>, StoreError>> + use<> {
        let read = |item| Ok(summary(item)?);
        scan::pages(&self.client, &self.table, ROOTS, read, segment, after)
    }

    /// The trips in flight that were begun before `cutoff`, the oldest of each status and shard
    /// first, for operators' tools.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub async fn in_flight_before(
        &self,
        cutoff: Timestamp,
    ) -> Result<Vec<InFlightTrip>, StoreError> {
        open_work::trips_before(&self.client, &self.table, cutoff).await
    }

    /// The oldest of them: at most `most` of each status and shard.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub async fn oldest_in_flight(
        &self,
        cutoff: Timestamp,
        most: usize,
    ) -> Result<Within<Vec<InFlightTrip>>, StoreError> {
        open_work::trips_within(&self.client, &self.table, cutoff, Some(most)).await
    }
}

/// The summary in a trip's root item.
fn summary(item: Item) -> Result<SearchRow, UnreadableItem> {
    let trip_id = keys::trip_of(text(&item, keys::PK).unwrap_or_default()).to_owned();
    SearchRow::from_item(item).map_err(|source| UnreadableItem { trip_id, source })
}
