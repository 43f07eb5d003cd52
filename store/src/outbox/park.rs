//! Parks an event that cannot be published, and lets an operator redrive or discard it.

use aws_sdk_dynamodb::operation::update_item::builders::UpdateItemFluentBuilder;
use domain::Timestamp;

use super::{Outbox, OutboxKey, OutboxStatus};
use crate::fault::{self, Fault};
use crate::items::s;
use crate::{StoreError, keys};

const PARKING: &str = "parking an event";
const NOTING: &str = "noting that an event is refused";
const REDRIVING: &str = "redriving an event";
const DISCARDING: &str = "discarding an event";

/// Whether the event is still on its way, even if it is damaged: its status may be missing, or
/// unknown to this release.
const ON_ITS_WAY: &str = "attribute_exists(PK) AND NOT #status IN (:to, :dispatched, :discarded)";

/// The longest reason that is kept, in characters.
const MAX_REASON: usize = 500;

/// Whether an event's status was changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Parked {
    /// The status was changed.
    Done,
    /// The event had another status than the expected one, or no longer exists; it was left
    /// unchanged.
    NotApplicable,
}

impl Outbox {
    /// Parks an event that is still on its way, so that it blocks no other event: it waits
    /// unchanged for an operator. An event too damaged to be in the index of open work gets a place
    /// there.
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
        let place = keys::event_by_age(now, &key.trip_id, 0);
        let update = self
            .update(key, OutboxStatus::Parked)
            .condition_expression(ON_ITS_WAY)
            .expression_attribute_values(":dispatched", s(OutboxStatus::Dispatched.as_str()))
            .expression_attribute_values(":discarded", s(OutboxStatus::Discarded.as_str()))
            .update_expression(
                "SET #status = :to, GSI1PK = :partition, GSI1SK = if_not_exists(GSI1SK, :place), \
                 parked_reason = :reason, parked_at = :now",
            )
            .expression_attribute_values(":partition", s(keys::events_parked(shard(key))))
            .expression_attribute_values(":place", s(place))
            .expression_attribute_values(":reason", s(reason))
            .expression_attribute_values(":now", s(now.to_string()));
        send(update, PARKING).await
    }

    /// Records that the bus refuses a pending event for now but takes others. The first record
    /// stays: it shows since when.
    ///
    /// # Errors
    /// When the table cannot be written.
    pub async fn note_refusal(&self, key: &OutboxKey, now: Timestamp) -> Result<(), StoreError> {
        let (pk, sk) = key.parts();
        let update = self
            .client
            .update_item()
            .table_name(&self.table)
            .key(keys::PK, s(pk))
            .key(keys::SK, s(sk))
            .expression_attribute_names("#status", "status")
            .condition_expression("#status = :pending")
            .expression_attribute_values(":pending", s(OutboxStatus::Pending.as_str()))
            .update_expression("SET refused_since = if_not_exists(refused_since, :now)")
            .expression_attribute_values(":now", s(now.to_string()));
        send(update, NOTING).await.map(|_| ())
    }

    /// Makes a parked event pending again: the next sweep publishes it.
    ///
    /// # Errors
    /// When the table cannot be written.
    pub async fn redrive(&self, key: &OutboxKey) -> Result<Parked, StoreError> {
        let update = self
            .change(key, OutboxStatus::Parked, OutboxStatus::Pending)
            .update_expression(
                "SET #status = :to, GSI1PK = :partition REMOVE parked_reason, parked_at, refused_since",
            )
            .expression_attribute_values(":partition", s(keys::events_pending(shard(key))));
        send(update, REDRIVING).await
    }

    /// Discards a parked event: it leaves the index of open work. It was never dispatched, so it
    /// gets no time to live, and stays to explain the gap in the trip's published events.
    ///
    /// # Errors
    /// When the table cannot be written.
    pub async fn discard(&self, key: &OutboxKey, now: Timestamp) -> Result<Parked, StoreError> {
        let update = self
            .change(key, OutboxStatus::Parked, OutboxStatus::Discarded)
            .update_expression("SET #status = :to, discarded_at = :now REMOVE GSI1PK, GSI1SK")
            .expression_attribute_values(":now", s(now.to_string()));
        send(update, DISCARDING).await
    }

    /// An update of the event's status, on condition that the present status is `from`.
    fn change(
        &self,
        key: &OutboxKey,
        from: OutboxStatus,
        to: OutboxStatus,
    ) -> UpdateItemFluentBuilder {
        self.update(key, to)
            .condition_expression("#status = :from")
            .expression_attribute_values(":from", s(from.as_str()))
    }

    fn update(&self, key: &OutboxKey, to: OutboxStatus) -> UpdateItemFluentBuilder {
        let (pk, sk) = key.parts();
        self.client
            .update_item()
            .table_name(&self.table)
            .key(keys::PK, s(pk))
            .key(keys::SK, s(sk))
            .expression_attribute_names("#status", "status")
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
