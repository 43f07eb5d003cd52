//! The life of an event after its commit: pending, then dispatched; or parked until an operator
//! redrives or discards it.
//!
//! An event gets a time to live only when it is marked as dispatched. The same write takes the
//! event out of the index of open work.

mod head;
mod list;
mod mark;
mod park;
mod pending;
mod record;
mod sweep;
#[cfg(test)]
mod tests;
mod timeline;
mod trip;

use std::time::Duration;

use crate::{Backlog, Client, OpenCounts, StoreError, Within, open_work};

pub use mark::{MarkReport, Marks};
pub use park::Parked;
pub use pending::{Literal, PendingEvent, PendingImage};
pub use record::{OutboxKey, OutboxRecord, OutboxStatus, decode, is_of_event, key_of};
pub use sweep::{OpenEvents, SweepCursor, Unreadable};
pub use timeline::{Timeline, TimelineEntry, UnreadableEvent};
pub use trip::{DamagedEvent, TripEvents};

/// How long an event is kept after it was dispatched, by default: 30 days.
pub const RETENTION: Duration = Duration::from_secs(30 * 24 * 60 * 60);

/// The events in TripSagaTable. Clones share one client.
#[derive(Clone, Debug)]
pub struct Outbox {
    client: Client,
    table: String,
}

impl Outbox {
    /// The events in `table`.
    #[must_use]
    pub fn new(client: Client, table: impl Into<String>) -> Self {
        Self { client, table: table.into() }
    }

    /// How much work is open, by kind. Reads the index of open work, which may lag a moment.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub async fn open_counts(&self) -> Result<OpenCounts, StoreError> {
        open_work::counts(&self.client, &self.table).await
    }

    /// The same, but of each of the index's partitions at most `most` entries: what it reads does
    /// not grow with the open work.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub async fn open_counts_within(&self, most: usize) -> Result<Within<OpenCounts>, StoreError> {
        open_work::counts_within(&self.client, &self.table, Some(most)).await
    }

    /// What waits to be dispatched, or waits for an operator. Reads the index of open work, which
    /// may lag a moment.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub async fn backlog(&self) -> Result<Backlog, StoreError> {
        open_work::backlog(&self.client, &self.table).await
    }
}
