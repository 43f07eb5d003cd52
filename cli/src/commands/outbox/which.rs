//! Open events as commands show them and choose among them.

use std::str::FromStr;

use domain::{Clock, EventId, Timestamp, TripId};
use futures::TryStreamExt;
use lambda_kit::clock::SystemClock;
use lambda_kit::error::chain;
use serde::Serialize;
use store::outbox::{OutboxKey, OutboxRecord, OutboxStatus, Unreadable};

use crate::operator::Installation;

/// The name of an event: the trip's id, a slash, and the event's id.
#[derive(Clone, Debug)]
pub(super) struct EventName(pub(super) OutboxKey);

/// The text is not the name of an event.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("must be the trip's id, a slash, and the event's id, as `trip outbox list` prints them")]
pub(super) struct EventNameFormat;

impl FromStr for EventName {
    type Err = EventNameFormat;

    fn from_str(text: &str) -> Result<Self, EventNameFormat> {
        let (trip, event) = text.split_once('/').ok_or(EventNameFormat)?;
        let trip_id = TripId::parse(trip).map_err(|_| EventNameFormat)?;
        let event_id = EventId::parse(event).map_err(|_| EventNameFormat)?;
        Ok(Self(OutboxKey { trip_id, event_id }))
    }
}

/// One open event.
#[derive(Clone, Debug, Serialize)]
pub(super) struct OpenEvent {
    /// Its name, for the other commands; absent if its key is damaged.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) event: Option<String>,
    #[serde(skip)]
    pub(super) key: Option<OutboxKey>,
    pub(super) status: OutboxStatus,
    /// Its content, unless it cannot be read.
    #[serde(flatten)]
    pub(super) content: Option<Content>,
    /// Why it is parked, or why it cannot be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) reason: Option<String>,
}

#[derive(Clone, Debug, Serialize)]
pub(super) struct Content {
    pub(super) sequence: u64,
    pub(super) event_type: String,
    pub(super) occurred_at: Timestamp,
    /// Since when the bus has refused it while it took others.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) refused_since: Option<Timestamp>,
}

impl OpenEvent {
    fn of(record: OutboxRecord) -> Self {
        let key = record.key();
        let OutboxRecord { sequence, event_type, occurred_at, refused_since, .. } = record;
        Self {
            event: Some(key.to_string()),
            key: Some(key),
            status: record.status,
            content: Some(Content { sequence, event_type, occurred_at, refused_since }),
            reason: record.parked_reason,
        }
    }

    fn damaged(damaged: Unreadable, status: OutboxStatus) -> Self {
        Self {
            event: damaged.key.as_ref().map(ToString::to_string),
            key: damaged.key,
            status,
            content: None,
            reason: Some(format!("cannot be read: {}", chain(&damaged.error))),
        }
    }
}

/// The open events of one status that `wanted` chooses, at most `limit`, and whether there are
/// more.
pub(super) async fn choose(
    at: &Installation,
    status: OutboxStatus,
    limit: usize,
    wanted: impl Fn(&OpenEvent) -> bool,
) -> anyhow::Result<(Vec<OpenEvent>, bool)> {
    let mut pages = std::pin::pin!(at.outbox.open(status, SystemClock.now()));
    let mut chosen = Vec::new();
    while let Some(page) = pages.try_next().await.map_err(|error| at.place().unstored(error))? {
        let records = page.records.into_iter().map(OpenEvent::of);
        let damaged = page.unreadable.into_iter().map(|event| OpenEvent::damaged(event, status));
        chosen.extend(records.chain(damaged).filter(&wanted));
        if chosen.len() > limit {
            chosen.truncate(limit);
            return Ok((chosen, true));
        }
    }
    Ok((chosen, false))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_is_named_as_it_is_printed() {
        let text = "-V1/01957a3e-5b00-7000-8000-000000000001";
        assert_eq!(text.parse::<EventName>().unwrap().0.to_string(), text);
        for other in ["t-1", "t-1/", "t-1/7", "t#1/01957a3e-5b00-7000-8000-000000000001"] {
            assert!(other.parse::<EventName>().is_err(), "{other}");
        }
    }
}
