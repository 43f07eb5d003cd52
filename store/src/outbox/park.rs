//! Sets aside an event that the bus refuses for good, and lets an operator decide about it.

use aws_sdk_dynamodb::operation::update_item::builders::UpdateItemFluentBuilder;
use domain::Timestamp;

use super::{Outbox, OutboxKey, OutboxStatus};
use crate::fault::{self, Fault};
use crate::items::{n, s};
use crate::{StoreError, keys};

const PARKING: &str = "parking an event";
const REDRIVING: &str = "redriving an event";
const DISCARDING: &str = "discarding an event";

/// Longest reason that is kept, in characters.
const MAX_REASON: usize = 500;

/// Whether an event's status was changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Parked {
    /// It was.
    Done,
    /// It had another status than the one it is changed from, or is gone; it was left alone.
    NotApplicable,
}

impl Outbox {
    /// Parks a pending event, so that it holds up no other: it waits for an operator.
    ///
    /// # Errors
    /// When the table cannot be written.
    pub async fn park(
        &self,
        key: &OutboxKey,
        reason: &str,
        now: Timestamp,
    ) -> Result<Parked, StoreError> {
        let reason: String = reason.chars().take(MAX_REASON).collect();
        let update = self
            .change(key, OutboxStatus::Pending, OutboxStatus::Parked)
            .update_expression(
                "SET #status = :to, GSI1PK = :partition, parked_reason = :reason, parked_at = :now",
            )
            .expression_attribute_values(":partition", s(keys::events_parked(shard(key))))
            .expression_attribute_values(":reason", s(reason))
            .expression_attribute_values(":now", s(now.to_string()));
        send(update, PARKING).await
    }

    /// Makes a parked event pending again: the next sweep publishes it.
    ///
    /// # Errors
    /// When the table cannot be written.
    pub async fn redrive(&self, key: &OutboxKey) -> Result<Parked, StoreError> {
        let update = self
            .change(key, OutboxStatus::Parked, OutboxStatus::Pending)
            .update_expression(
                "SET #status = :to, GSI1PK = :partition REMOVE parked_reason, parked_at",
            )
            .expression_attribute_values(":partition", s(keys::events_pending(shard(key))));
        send(update, REDRIVING).await
    }

    /// Gives a parked event up: it leaves the index of open work and gets its time to live.
    ///
    /// # Errors
    /// When the table cannot be written.
    pub async fn discard(&self, key: &OutboxKey, now: Timestamp) -> Result<Parked, StoreError> {
        let update = self
            .change(key, OutboxStatus::Parked, OutboxStatus::Discarded)
            .update_expression("SET #status = :to, expires_at = :expiry REMOVE GSI1PK, GSI1SK")
            .expression_attribute_values(":expiry", n(self.expiry(now)));
        send(update, DISCARDING).await
    }

    /// An update of the event's status, provided that it is `from`.
    fn change(
        &self,
        key: &OutboxKey,
        from: OutboxStatus,
        to: OutboxStatus,
    ) -> UpdateItemFluentBuilder {
        let (pk, sk) = key.parts();
        self.client
            .update_item()
            .table_name(&self.table)
            .key(keys::PK, s(pk))
            .key(keys::SK, s(sk))
            .condition_expression("#status = :from")
            .expression_attribute_names("#status", "status")
            .expression_attribute_values(":from", s(from.as_str()))
            .expression_attribute_values(":to", s(to.as_str()))
    }
}

fn shard(key: &OutboxKey) -> u32 {
    keys::shard(&key.trip_id)
}

async fn send(
    update: UpdateItemFluentBuilder,
    operation: &'static str,
) -> Result<Parked, StoreError> {
    match update.send().await {
        Ok(_) => Ok(Parked::Done),
        Err(error) if fault::of(&error) == Fault::ConditionFailed => Ok(Parked::NotApplicable),
        Err(error) => Err(StoreError::during(operation)(error)),
    }
}
