//! An event in the outbox: its envelope as it will be published, and its status on the way. Read
//! from the table or from the image in a stream record.

use std::borrow::Cow;
use std::fmt;

use domain::{EventId, Timestamp, TripId};
use serde::{Deserialize, Serialize};
use serde_dynamo::Item;

use super::head::Head;
use crate::items::{self, Entity, text};
use crate::limits::event_bytes;
use crate::{CodecError, keys};

/// Which event of which trip.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OutboxKey {
    /// The trip.
    pub trip_id: TripId,
    /// The event.
    pub event_id: EventId,
}

impl OutboxKey {
    /// The partition key and the sort key.
    pub(super) fn parts(&self) -> (String, String) {
        (keys::trip(&self.trip_id), keys::outbox(self.event_id))
    }
}

impl fmt::Display for OutboxKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.trip_id, self.event_id)
    }
}

/// Where an event is on its way to the bus.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum OutboxStatus {
    /// Not known to have been published.
    Pending,
    /// Published.
    Dispatched,
    /// Refused by the bus for good; waits for an operator.
    Parked,
    /// Given up by an operator; never published.
    Discarded,
}

impl OutboxStatus {
    /// The status as it is stored.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Dispatched => "dispatched",
            Self::Parked => "parked",
            Self::Discarded => "discarded",
        }
    }

    /// The status of a stored event; `None` if it is missing or unknown to this release.
    pub(super) fn of(item: &Item) -> Option<Self> {
        let found = text(item, "status").ok()?;
        let all = [Self::Pending, Self::Dispatched, Self::Parked, Self::Discarded];
        all.into_iter().find(|status| status.as_str() == found)
    }
}

/// One event, ready to be published.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutboxRecord {
    /// The trip.
    pub trip_id: TripId,
    /// The event's id, which is also in its envelope.
    pub event_id: EventId,
    /// Its place among the trip's events, from 1.
    pub sequence: u64,
    /// Its type: the `DetailType` on the bus.
    pub event_type: String,
    /// When it was committed.
    pub occurred_at: Timestamp,
    /// The envelope as JSON: the `Detail` on the bus, sent unchanged.
    pub detail: String,
    /// W3C's trace context of the commit, if it had one.
    pub traceparent: Option<String>,
    /// What the commit's AWS X-Ray header says beyond that.
    pub trace_header: Option<String>,
    /// Its status on the way to the bus.
    pub status: OutboxStatus,
    /// When it was marked as dispatched.
    pub dispatched_at: Option<Timestamp>,
    /// Why it was parked.
    pub parked_reason: Option<String>,
    /// When an operator gave it up.
    pub discarded_at: Option<Timestamp>,
    /// Since when the bus has repeatedly refused it but taken others.
    pub refused_since: Option<Timestamp>,
}

/// What an event's item holds beside its key. What the key and the envelope say stands there alone,
/// so that the item is as small as its envelope allows.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Body {
    pub(super) detail: String,
    trace_header: Option<String>,
    pub(super) status: OutboxStatus,
    pub(super) dispatched_at: Option<Timestamp>,
    pub(super) parked_reason: Option<String>,
    pub(super) discarded_at: Option<Timestamp>,
    refused_since: Option<Timestamp>,
}

impl OutboxRecord {
    /// The key that identifies it to mark and to park it.
    #[must_use]
    pub fn key(&self) -> OutboxKey {
        OutboxKey { trip_id: self.trip_id.clone(), event_id: self.event_id }
    }

    /// Its bytes as EventBridge counts them.
    #[must_use]
    pub fn size(&self) -> usize {
        event_bytes(&self.event_type, self.detail.len())
    }

    /// The item of an event that is still to be dispatched.
    pub(crate) fn encode_pending(&self) -> Result<Item, CodecError> {
        let Self { trip_id, event_id, sequence, occurred_at, .. } = self;
        let key = [
            (keys::PK, keys::trip(trip_id)),
            (keys::SK, keys::outbox(*event_id)),
            (keys::GSI1_PK, keys::events_pending(keys::shard(trip_id))),
            (keys::GSI1_SK, keys::event_by_age(*occurred_at, trip_id, *sequence)),
        ];
        let body = Body {
            detail: self.detail.clone(),
            trace_header: self.trace_header.clone(),
            status: OutboxStatus::Pending,
            dispatched_at: None,
            parked_reason: None,
            discarded_at: None,
            refused_since: None,
        };
        items::encode(Entity::EVENT, key, &body)
    }
}

impl Body {
    pub(super) fn of(item: Item) -> Result<Self, CodecError> {
        items::decode(Entity::EVENT, item)
    }

    fn at(self, key: OutboxKey) -> Result<OutboxRecord, CodecError> {
        let head: Head<'_> = serde_json::from_str(&self.detail).map_err(CodecError::envelope)?;
        Ok(OutboxRecord {
            trip_id: key.trip_id,
            event_id: key.event_id,
            event_type: head.event_type.into_owned(),
            occurred_at: head.occurred_at,
            traceparent: head.traceparent.map(Cow::into_owned),
            sequence: head.sequence,
            trace_header: self.trace_header,
            status: self.status,
            dispatched_at: self.dispatched_at,
            parked_reason: self.parked_reason,
            discarded_at: self.discarded_at,
            refused_since: self.refused_since,
            detail: self.detail,
        })
    }
}

/// Reads an event from an item of the table, or from the item's image in a stream record.
///
/// # Errors
/// [`CodecError`] if the item is not an event, has an unknown schema version, or is damaged.
pub fn decode(item: Item) -> Result<OutboxRecord, CodecError> {
    let key = key_of(&item)?;
    Body::of(item)?.at(key)
}

/// Whether a key is in the key space of events, even if it is too damaged for [`key_of`].
#[must_use]
pub fn is_of_event(key: &Item) -> bool {
    text(key, keys::SK).is_ok_and(|sk| sk.starts_with(keys::OUTBOX_PREFIX))
}

/// Reads only the key, which is enough to park a damaged event.
///
/// # Errors
/// [`CodecError`] if the item's key is not an event's.
pub fn key_of(item: &Item) -> Result<OutboxKey, CodecError> {
    let (pk, sk) = (text(item, keys::PK)?, text(item, keys::SK)?);
    let (trip_id, event_id) =
        keys::parse_outbox(pk, sk).ok_or_else(|| CodecError::Key(format!("{pk} {sk}")))?;
    Ok(OutboxKey { trip_id, event_id })
}
