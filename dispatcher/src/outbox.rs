//! The port to the table of events: the store is its one adapter; tests use their own.

use std::collections::HashSet;

use domain::Timestamp;
use futures::FutureExt;
use futures::future::BoxFuture;
use store::outbox::{MarkReport, OpenEvents, OutboxKey, Parked, SweepCursor};
use store::{Backlog, StoreError};

/// Where events wait until they are published. Each method is the store's method with that name.
pub trait Outbox: Send + Sync {
    /// Marks published events, so that they are not published again.
    fn mark_dispatched<'a>(
        &'a self,
        keys: &'a [&'a OutboxKey],
        now: Timestamp,
    ) -> BoxFuture<'a, MarkReport>;

    /// Parks an event that cannot be published in its present form.
    ///
    /// # Errors
    /// When the table cannot be written.
    fn park<'a>(
        &'a self,
        key: &'a OutboxKey,
        reason: &'a str,
        now: Timestamp,
    ) -> BoxFuture<'a, Result<Parked, StoreError>>;

    /// Records since when the bus has refused an event.
    ///
    /// # Errors
    /// When the table cannot be written.
    fn note_refusal<'a>(
        &'a self,
        key: &'a OutboxKey,
        now: Timestamp,
    ) -> BoxFuture<'a, Result<(), StoreError>>;

    /// Which of the events are still to be dispatched.
    ///
    /// # Errors
    /// When the table cannot be read.
    fn still_pending<'a>(
        &'a self,
        keys: &'a [&'a OutboxKey],
    ) -> BoxFuture<'a, Result<HashSet<OutboxKey>, StoreError>>;

    /// One page of a shard's events that are still to be dispatched.
    ///
    /// # Errors
    /// When the index or the table cannot be read.
    fn pending_before(
        &self,
        shard: u32,
        cutoff: Timestamp,
        limit: usize,
        after: Option<SweepCursor>,
    ) -> BoxFuture<'_, Result<OpenEvents, StoreError>>;

    /// What waits to be dispatched, or waits for an operator.
    ///
    /// # Errors
    /// When the index cannot be read.
    fn backlog(&self) -> BoxFuture<'_, Result<Backlog, StoreError>>;
}

impl Outbox for store::outbox::Outbox {
    fn mark_dispatched<'a>(
        &'a self,
        keys: &'a [&'a OutboxKey],
        now: Timestamp,
    ) -> BoxFuture<'a, MarkReport> {
        self.mark_dispatched(keys.iter().copied(), now).boxed()
    }

    fn park<'a>(
        &'a self,
        key: &'a OutboxKey,
        reason: &'a str,
        now: Timestamp,
    ) -> BoxFuture<'a, Result<Parked, StoreError>> {
        self.park(key, reason, now).boxed()
    }

    fn note_refusal<'a>(
        &'a self,
        key: &'a OutboxKey,
        now: Timestamp,
    ) -> BoxFuture<'a, Result<(), StoreError>> {
        self.note_refusal(key, now).boxed()
    }

    fn still_pending<'a>(
        &'a self,
        keys: &'a [&'a OutboxKey],
    ) -> BoxFuture<'a, Result<HashSet<OutboxKey>, StoreError>> {
        self.still_pending(keys.iter().copied()).boxed()
    }

    fn pending_before(
        &self,
        shard: u32,
        cutoff: Timestamp,
        limit: usize,
        after: Option<SweepCursor>,
    ) -> BoxFuture<'_, Result<OpenEvents, StoreError>> {
        self.pending_before(shard, cutoff, limit, after).boxed()
    }

    fn backlog(&self) -> BoxFuture<'_, Result<Backlog, StoreError>> {
        self.backlog().boxed()
    }
}
