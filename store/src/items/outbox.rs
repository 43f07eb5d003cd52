//! The item of one event: its envelope as it will be published, and where it is on its way.

use domain::{EventId, Timestamp, TripId};
use serde::{Deserialize, Serialize};
use serde_dynamo::Item;

use super::{Entity, decode, encode};
use crate::outbox::OutboxStatus;
use crate::{CodecError, keys};

/// The body of the item. Its id stands in the sort key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct OutboxItem {
    pub(crate) trip_id: TripId,
    pub(crate) sequence: u64,
    pub(crate) event_type: String,
    pub(crate) occurred_at: Timestamp,
    pub(crate) status: OutboxStatus,
    pub(crate) detail: String,
    pub(crate) trace_header: Option<String>,
    pub(crate) dispatched_at: Option<Timestamp>,
    pub(crate) parked_reason: Option<String>,
    pub(crate) discarded_at: Option<Timestamp>,
    /// Since when the bus has refused it, time and again, while it took others.
    #[serde(default)]
    pub(crate) refused_since: Option<Timestamp>,
}

impl OutboxItem {
    /// The item of an event that is still to be dispatched.
    pub(crate) fn encode_pending(&self, id: EventId) -> Result<Item, CodecError> {
        let Self { trip_id, sequence, occurred_at, .. } = self;
        let key = [
            (keys::PK, keys::trip(trip_id)),
            (keys::SK, keys::outbox(id)),
            (keys::GSI1_PK, keys::events_pending(keys::shard(trip_id))),
            (keys::GSI1_SK, keys::event_by_age(*occurred_at, trip_id, *sequence)),
        ];
        encode(Entity::EVENT, key, self)
    }

    pub(crate) fn decode(item: Item) -> Result<Self, CodecError> {
        decode(Entity::EVENT, item)
    }
}
