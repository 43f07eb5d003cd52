//! A trip's events in order: what its timeline shows.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue as SdkValue;
use domain::{Envelope, Timestamp, TripId};
use serde::{Deserialize, Serialize};
use serde_dynamo::{AttributeValue, Item};
use serde_json::Value;

use super::{Outbox, OutboxRecord, OutboxStatus};
use crate::items::{s, text};
use crate::{CodecError, StoreError, keys};

const READING: &str = "reading the timeline";
/// Stands for the reason of a parked event that has none.
const NO_REASON: &str = "no reason was kept";

/// What the table holds of a trip's events.
#[derive(Clone, Debug, Default)]
pub struct Timeline {
    /// The events, by sequence number.
    pub events: Vec<TimelineEntry>,
    /// Those that this release cannot read, in no order.
    pub unreadable: Vec<UnreadableEvent>,
}

/// One event of a timeline.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TimelineEntry {
    /// The envelope, as it is published. What else is known of the event stands beside it: no
    /// extension of an envelope may have such a name.
    #[serde(rename = "event")]
    pub envelope: Value,
    /// When it was marked as dispatched; absent before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dispatched_at: Option<Timestamp>,
    /// Why the bus never takes it as it is; absent unless it is parked, or was discarded then.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parked_reason: Option<String>,
    /// When an operator gave it up, after it was parked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub discarded_at: Option<Timestamp>,
    #[serde(skip)]
    sequence: u64,
}

/// An event that this release cannot read.
#[derive(Clone, Debug)]
pub struct UnreadableEvent {
    /// Its sort key, which names the event.
    pub key: String,
    /// Why.
    pub error: CodecError,
    /// Its place among the trip's events, where at least that can be read.
    sequence: Option<u64>,
}

impl Outbox {
    /// All events of a trip that the table still holds. Strongly consistent.
    ///
    /// # Errors
    /// When the table cannot be read.
    pub async fn timeline(&self, trip: &TripId) -> Result<Timeline, StoreError> {
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
        let mut timeline = Timeline::default();
        while let Some(item) = pages.next().await {
            timeline.add(item.map_err(StoreError::during(READING))?);
        }
        // Event ids order by time alone, and events of one commit share theirs.
        timeline.events.sort_by_key(|event| event.sequence);
        Ok(timeline)
    }
}

impl Timeline {
    /// How many of a trip's events, of which `last` is the latest, the table no longer holds: a
    /// time to live removes them some while after they were dispatched.
    #[must_use]
    pub fn expired(&self, last: u64) -> u64 {
        let readable = self.events.iter().map(|event| Some(event.sequence));
        let sequences = readable.chain(self.unreadable.iter().map(|event| event.sequence));
        // An event that was committed after the trip was read is none of those that are counted.
        let held = sequences.filter(|sequence| sequence.is_none_or(|sequence| sequence <= last));
        last.saturating_sub(held.count() as u64)
    }

    fn add(&mut self, item: HashMap<String, SdkValue>) {
        let item = Item::from(item);
        let (key, sequence) =
            (text(&item, keys::SK).unwrap_or_default().to_owned(), sequence(&item));
        match OutboxRecord::body(item).and_then(TimelineEntry::of) {
            Ok(event) => self.events.push(event),
            Err(error) => self.unreadable.push(UnreadableEvent { key, error, sequence }),
        }
    }
}

impl TimelineEntry {
    fn of(event: OutboxRecord) -> Result<Self, CodecError> {
        let is_refused = matches!(event.status, OutboxStatus::Parked | OutboxStatus::Discarded);
        let reason = event.parked_reason.unwrap_or_else(|| NO_REASON.to_owned());
        Ok(Self {
            envelope: envelope(&event.detail).map_err(CodecError::envelope)?,
            dispatched_at: event.dispatched_at,
            parked_reason: is_refused.then_some(reason),
            discarded_at: event.discarded_at,
            sequence: event.sequence,
        })
    }
}

/// The envelope with every member that it has, provided that it is one.
fn envelope(detail: &str) -> Result<Value, serde_json::Error> {
    let envelope: Value = serde_json::from_str(detail)?;
    Envelope::deserialize(&envelope)?;
    Ok(envelope)
}

fn sequence(item: &Item) -> Option<u64> {
    match item.get("sequence") {
        Some(AttributeValue::N(number)) => number.parse().ok(),
        _ => None,
    }
}
