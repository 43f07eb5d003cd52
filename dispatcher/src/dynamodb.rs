//! The adapter to DynamoDB: the table of events.

use std::collections::HashSet;

use async_trait::async_trait;
use domain::{Timestamp, TripId};
use lambda_kit::clients::sdk_config;
use lambda_kit::config::{Config, ConfigError, name};
use store::outbox::{MarkReport, Marks, OpenEvents, OutboxKey, Parked, SweepCursor, TripEvents};
use store::schema::Tables;
use store::{Backlog, StoreError};

use crate::Outbox;

/// The events in their table.
#[derive(Clone, Debug)]
pub struct Table {
    /// Reads and parks them.
    pub events: store::outbox::Outbox,
    /// Marks them.
    pub marks: Marks,
}

impl Table {
    /// The table that the settings name.
    ///
    /// # Errors
    /// If they name no region.
    pub async fn from_config(config: &Config) -> Result<Self, ConfigError> {
        config.require(name::AWS_REGION)?;
        let table = config.get_or(name::TRIP_TABLE, &Tables::default().trips).to_owned();
        let client = store::client(&sdk_config(config, "dynamodb").await);
        let marks = Marks::new(client.clone(), &table);
        Ok(Self { marks, events: store::outbox::Outbox::new(client, table) })
    }
}

#[async_trait]
impl Outbox for Table {
    async fn mark_dispatched(&self, keys: &[&OutboxKey], now: Timestamp) -> MarkReport {
        self.marks.mark_dispatched(keys.iter().copied(), now).await
    }

    async fn park(
        &self,
        key: &OutboxKey,
        reason: &str,
        now: Timestamp,
    ) -> Result<Parked, StoreError> {
        self.events.park(key, reason, now).await
    }

    async fn note_refusal(&self, key: &OutboxKey, now: Timestamp) -> Result<(), StoreError> {
        self.events.note_refusal(key, now).await
    }

    async fn still_pending(&self, keys: &[&OutboxKey]) -> Result<HashSet<OutboxKey>, StoreError> {
        self.events.still_pending(keys.iter().copied()).await
    }

    async fn events_of(&self, trip: &TripId) -> Result<TripEvents, StoreError> {
        self.events.events_of(trip).await
    }

    async fn pending_before(
        &self,
        shard: u32,
        cutoff: Timestamp,
        limit: usize,
        after: Option<SweepCursor>,
    ) -> Result<OpenEvents, StoreError> {
        self.events.pending_before(shard, cutoff, limit, after).await
    }

    async fn backlog(&self) -> Result<Backlog, StoreError> {
        self.events.backlog().await
    }
}
