//! The port to the table of events: the store is its one adapter; tests use their own.

use std::collections::HashSet;

use async_trait::async_trait;
use domain::{Timestamp, TripId};
use store::outbox::{MarkReport, OpenEvents, OutboxKey, Parked, SweepCursor, TripEvents};
use store::{Backlog, StoreError};

/// Where events wait until they are published. Each method is the store's method with that name.
#[async_trait]
pub trait Outbox: Send + Sync {
    /// Marks published events, so that they are not published again.
    async fn mark_dispatched(&self, keys: &[&OutboxKey], now: Timestamp) -> MarkReport;

    /// Parks an event that cannot be published in its present form.
    ///
    /// # Errors
    /// When the table cannot be written.
    async fn park(
        &self,
        key: &OutboxKey,
        reason: &str,
        now: Timestamp,
    ) -> Result<Parked, StoreError>;

    /// Records since when the bus has refused an event.
    ///
    /// # Errors
    /// When the table cannot be written.
    async fn note_refusal(&self, key: &OutboxKey, now: Timestamp) -> Result<(), StoreError>;

    /// Which of the events are still to be dispatched.
    ///
    /// # Errors
    /// When the table cannot be read.
    async fn still_pending(&self, keys: &[&OutboxKey]) -> Result<HashSet<OutboxKey>, StoreError>;

    /// All events of a trip, whatever their status.
    ///
    /// # Errors
    /// When the table cannot be read.
    async fn events_of(&self, trip: &TripId) -> Result<TripEvents, StoreError>;

    /// One page of a shard's events that are still to be dispatched.
    ///
    /// # Errors
    /// When the index or the table cannot be read.
    async fn pending_before(
        &self,
        shard: u32,
        cutoff: Timestamp,
        limit: usize,
        after: Option<SweepCursor>,
    ) -> Result<OpenEvents, StoreError>;

    /// What waits to be dispatched, or waits for an operator.
    ///
    /// # Errors
    /// When the index cannot be read.
    async fn backlog(&self) -> Result<Backlog, StoreError>;
}
