//! Parks an event that cannot be published, and lets an operator redrive or discard it.

use domain::Timestamp;
use serde_dynamo::AttributeValue;

use super::{Outbox, OutboxKey, OutboxStatus};
use crate::fault::{self, Fault};
use crate::items::s;
use crate::request::Request;
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
        let park = "SET #status = :to, GSI1PK = :partition, \
             GSI1SK = if_not_exists(GSI1SK, :place), parked_reason = :reason, parked_at = :now";
        let update = self
            .update(key, park)
            .only_if(ON_ITS_WAY)
            .value(":to", status(OutboxStatus::Parked))
            .value(":dispatched", status(OutboxStatus::Dispatched))
            .value(":discarded", status(OutboxStatus::Discarded))
            .value(":partition", s(keys::events_parked(shard(key))))
            .value(":place", s(place))
            .value(":reason", s(reason))
            .value(":now", s(now.to_string()));
        self.send(&update, PARKING).await
    }

    /// Records that the bus refuses a pending event for now but takes others. The first record
    /// stays: it shows since when.
    ///
    /// # Errors
    /// When the table cannot be written.
    pub async fn note_refusal(&self, key: &OutboxKey, now: Timestamp) -> Result<(), StoreError> {
        let update = self
            .update(key, "SET refused_since = if_not_exists(refused_since, :now)")
            .only_if("#status = :pending")
            .value(":pending", status(OutboxStatus::Pending))
            .value(":now", s(now.to_string()));
        self.send(&update, NOTING).await.map(drop)
    }

    /// Makes a parked event pending again: the next sweep publishes it.
    ///
    /// # Errors
    /// When the table cannot be written.
    pub async fn redrive(&self, key: &OutboxKey) -> Result<Parked, StoreError> {
        let redrive = "SET #status = :to, GSI1PK = :partition \
             REMOVE parked_reason, parked_at, refused_since";
        let update = self
            .change_parked(key, OutboxStatus::Pending, redrive)
            .value(":partition", s(keys::events_pending(shard(key))));
        self.send(&update, REDRIVING).await
    }

    /// Discards a parked event: it leaves the index of open work. It was never dispatched, so it
    /// gets no time to live, and stays to explain the gap in the trip's published events.
    ///
    /// # Errors
    /// When the table cannot be written.
    pub async fn discard(&self, key: &OutboxKey, now: Timestamp) -> Result<Parked, StoreError> {
        let discard = "SET #status = :to, discarded_at = :now REMOVE GSI1PK, GSI1SK";
        let update = self
            .change_parked(key, OutboxStatus::Discarded, discard)
            .value(":now", s(now.to_string()));
        self.send(&update, DISCARDING).await
    }

    /// An update of the event's status, on condition that it is parked.
    fn change_parked<'a>(
        &'a self,
        key: &OutboxKey,
        to: OutboxStatus,
        expression: &'a str,
    ) -> Request<'a> {
        self.update(key, expression)
            .only_if("#status = :parked")
            .value(":parked", status(OutboxStatus::Parked))
            .value(":to", status(to))
    }

    fn update<'a>(&'a self, key: &OutboxKey, expression: &'a str) -> Request<'a> {
        let (pk, sk) = key.parts();
        Request::update(&self.table, expression)
            .key(keys::PK, s(pk))
            .key(keys::SK, s(sk))
            .name("#status", "status")
    }

    async fn send(
        &self,
        update: &Request<'_>,
        operation: &'static str,
    ) -> Result<Parked, StoreError> {
        match self.client.send(update).await {
            Ok(_) => Ok(Parked::Done),
            Err(error) if fault::of_call(&error) == Fault::ConditionFailed => {
                Ok(Parked::NotApplicable)
            }
            Err(error) => Err(StoreError::of_call(operation)(error)),
        }
    }
}

fn status(status: OutboxStatus) -> AttributeValue {
    s(status.as_str())
}

fn shard(key: &OutboxKey) -> u32 {
    keys::shard(&key.trip_id)
}
