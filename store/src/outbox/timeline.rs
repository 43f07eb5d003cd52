//! A trip's events in order, as its timeline shows them.

use domain::{Envelope, Timestamp, TripId};
use serde::de::Error;
use serde::{Deserialize, Serialize};
use serde_dynamo::Item;
use serde_json::Value;

use super::head::sequence;
use super::record::Body;
use super::{Outbox, OutboxStatus};
use crate::items::text;
use crate::{CodecError, StoreError, keys};

const READING: &str = "reading the timeline";
/// The text for a parked event without a reason.
const NO_REASON: &str = "no reason was kept";

/// What the table holds about a trip's events.
#[derive(Clone, Debug, Default)]
pub struct Timeline {
    /// The events, by sequence number.
    pub events: Vec<TimelineEntry>,
    /// The events that this release cannot read, in no order.
    pub unreadable: Vec<UnreadableEvent>,
}

/// One event of a timeline.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TimelineEntry {
    /// The envelope as published. The other fields are shown beside it: no extension of an envelope
    /// may have one of their names.
    #[serde(rename = "event")]
    pub envelope: Value,
    /// When it was marked as dispatched; absent until then.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dispatched_at: Option<Timestamp>,
    /// Why the bus never takes it in its present form; absent unless it is parked or discarded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parked_reason: Option<String>,
    /// When an operator discarded it, after it was parked.
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
    /// Its place among the trip's events, if at least that can be read.
    sequence: Option<u64>,
}

impl Outbox {
    /// All events of a trip that are still in the table. Strongly consistent.
    ///
    /// # Errors
    /// When the table cannot be read.
    pub async fn timeline(&self, trip: &TripId) -> Result<Timeline, StoreError> {
        let found = self.client.whole(self.of_trip(trip)).await;
        let mut timeline = Timeline::default();
        for item in found.map_err(StoreError::of_call(READING))?.items {
            timeline.add(item);
        }
        // Event ids sort by time alone, and events of one commit have the same time.
        timeline.events.sort_by_key(|event| event.sequence);
        Ok(timeline)
    }
}

impl Timeline {
    /// How many of a trip's events, up to the sequence number `last`, are no longer in the table: a
    /// time to live removes them some time after they were dispatched.
    #[must_use]
    pub fn expired(&self, last: u64) -> u64 {
        let readable = self.events.iter().map(|event| Some(event.sequence));
        let sequences = readable.chain(self.unreadable.iter().map(|event| event.sequence));
        // An event that was committed after the trip was read does not count.
        let held = sequences.filter(|sequence| sequence.is_none_or(|sequence| sequence <= last));
        last.saturating_sub(held.count() as u64)
    }

    fn add(&mut self, item: Item) {
        let (key, sequence) =
            (text(&item, keys::SK).unwrap_or_default().to_owned(), sequence(&item));
        match Body::of(item).and_then(TimelineEntry::of) {
            Ok(event) => self.events.push(event),
            Err(error) => self.unreadable.push(UnreadableEvent { key, error, sequence }),
        }
    }
}

impl TimelineEntry {
    fn of(event: Body) -> Result<Self, CodecError> {
        let is_refused = matches!(event.status, OutboxStatus::Parked | OutboxStatus::Discarded);
        let reason = event.parked_reason.unwrap_or_else(|| NO_REASON.to_owned());
        let (envelope, sequence) = envelope(&event.detail).map_err(CodecError::envelope)?;
        Ok(Self {
            envelope,
            dispatched_at: event.dispatched_at,
            parked_reason: is_refused.then_some(reason),
            discarded_at: event.discarded_at,
            sequence,
        })
    }
}

/// The envelope with all its members, if it is an envelope, and its sequence number.
fn envelope(detail: &str) -> Result<(Value, u64), serde_json::Error> {
    let envelope: Value = serde_json::from_str(detail)?;
    let sequence = Envelope::deserialize(&envelope)?.sequence.parse();
    Ok((envelope, sequence.map_err(serde_json::Error::custom)?))
}
