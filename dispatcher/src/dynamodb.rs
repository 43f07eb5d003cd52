//! The adapters to DynamoDB: the table of events, and the way in which its marks are sent.

use std::collections::HashSet;
use std::sync::Arc;

use async_trait::async_trait;
use domain::{Timestamp, TripId};
use futures::FutureExt;
use futures::future::BoxFuture;
use lambda_kit::aws_json::{Client, DYNAMODB};
use lambda_kit::clients::{self, sdk_config};
use lambda_kit::config::{Config, ConfigError, name};
use store::outbox::{
    CallFailed, Calls, MarkReport, Marks, OpenEvents, OutboxKey, Parked, SweepCursor, TripEvents,
};
use store::schema::Tables;
use store::{Backlog, StoreError};
use tracing::{Instrument, Span};

use crate::Outbox;

/// The events in their table.
#[derive(Clone, Debug)]
pub struct Table {
    /// Reads and parks them.
    pub events: store::outbox::Outbox,
    /// Marks them.
    pub marks: Marks,
}

/// DynamoDB, called without the SDK's client.
#[derive(Debug)]
struct DynamoDb(Client);

impl Table {
    /// The table that the settings name.
    ///
    /// # Errors
    /// If they name no region, or a malformed endpoint.
    pub async fn from_config(config: &Config) -> Result<Self, ConfigError> {
        let table = config.get_or(name::TRIP_TABLE, &Tables::default().trips).to_owned();
        let client = store::client(&sdk_config(config, "dynamodb").await);
        let calls = DynamoDb::from_config(config).await?;
        Ok(Self {
            marks: Marks::new(Arc::new(calls), &table),
            events: store::outbox::Outbox::new(client, table),
        })
    }
}

impl DynamoDb {
    async fn from_config(config: &Config) -> Result<Self, ConfigError> {
        let (region, given) =
            (config.require(name::AWS_REGION)?, clients::endpoint(config, "dynamodb"));
        let unknown =
            || ConfigError::Malformed { name: name::AWS_REGION.to_owned(), expected: "a region" };
        let endpoint = store::endpoint(region, given).await.ok_or_else(unknown)?;
        Ok(Self(Client::from_config(config, &DYNAMODB, &endpoint)?))
    }
}

impl Calls for DynamoDb {
    fn call(
        &self,
        target: &'static str,
        body: Vec<u8>,
    ) -> BoxFuture<'_, Result<Vec<u8>, CallFailed>> {
        let call = self.0.call(target, body).instrument(span(target));
        let read = async {
            let answer = call.await.map_err(|error| CallFailed::Unanswered(error.into()))?;
            if answer.status.is_success() {
                return Ok(answer.body);
            }
            let (code, message) = answer.error();
            Err(CallFailed::Answered { status: answer.status.as_u16(), code, message })
        };
        read.boxed()
    }
}

/// The same span as the SDK's.
fn span(target: &'static str) -> Span {
    let operation = target.rsplit('.').next().unwrap_or(target);
    tracing::debug_span!(
        target: "aws_sdk_dynamodb::operation",
        "DynamoDB",
        "otel.name" = %format_args!("DynamoDB.{operation}"),
        "rpc.service" = "DynamoDB",
        "rpc.method" = operation,
        "rpc.system" = "aws-api",
    )
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
