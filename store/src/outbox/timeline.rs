//! A trip's events in order: what its timeline shows.

use domain::{Timestamp, TripId};
use serde::Serialize;
use serde_dynamo::Item;
use serde_json::Value;

use super::Outbox;
use crate::items::{OutboxItem, s};
use crate::{CodecError, StoreError, keys};

const READING: &str = "reading the timeline";

/// One event of a timeline.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TimelineEntry {
    /// The envelope, as it is published.
    #[serde(flatten)]
    pub envelope: Value,
    /// When it was marked as dispatched; absent before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dispatched_at: Option<Timestamp>,
}

impl Outbox {
    /// All events of a trip that the table still holds, by sequence number. Strongly consistent.
    ///
    /// # Errors
    /// When the table cannot be read or an event is damaged.
    pub async fn timeline(&self, trip: &TripId) -> Result<Vec<TimelineEntry>, StoreError> {
        let mut pages = self
            .client
            .query()
            .table_name(&self.table)
            .consistent_read(true)
            .key_condition_expression("#pk = :trip AND begins_with(#sk, :events)")
            .expression_attribute_names("#pk", keys::PK)
            .expression_attribute_names("#sk", keys::SK)
            .expression_attribute_values(":trip", s(keys::trip(trip)))
            .expression_attribute_values(":events", s(keys::OUTBOX_PREFIX))
            .into_paginator()
            .items()
            .send();
        let mut events = Vec::new();
        while let Some(item) = pages.next().await {
            let item = Item::from(item.map_err(StoreError::during(READING))?);
            events.push(OutboxItem::decode(item)?);
        }
        // Event ids order by time alone, and events of one commit share theirs.
        events.sort_by_key(|event| event.sequence);
        Ok(events.into_iter().map(TimelineEntry::of).collect::<Result<_, _>>()?)
    }
}

impl TimelineEntry {
    fn of(event: OutboxItem) -> Result<Self, CodecError> {
        let envelope = serde_json::from_str(&event.detail).map_err(CodecError::envelope)?;
        Ok(Self { envelope, dispatched_at: event.dispatched_at })
    }
}
