//! Events that are not published: pending ones, and parked ones, which an operator redrives or
//! discards.

use std::str::FromStr;

use anyhow::bail;
use domain::{Clock, EventId, Timestamp, TripId};
use futures::TryStreamExt;
use lambda_kit::clock::SystemClock;
use lambda_kit::error::chain;
use serde::Serialize;
use store::outbox::{OutboxKey, OutboxRecord, OutboxStatus, Parked, Unreadable};

use crate::{Installation, NotFound, Task, audit};

/// The name of an event: the trip's id, a slash, and the event's id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventName(pub OutboxKey);

/// The text is not the name of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("must be the trip's id, a slash, and the event's id, as `trip outbox list` prints them")]
pub struct EventNameFormat;

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
pub struct OpenEvent {
    /// Its name, as [`EventName`] reads it; absent if its key is damaged.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub event: Option<String>,
    /// Its key, unless that is damaged.
    #[serde(skip)]
    pub key: Option<OutboxKey>,
    /// Pending or parked.
    pub status: OutboxStatus,
    /// Its content, unless it cannot be read.
    #[serde(flatten)]
    pub content: Option<Content>,
    /// Why it is parked, or why it cannot be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// What an open event says.
#[derive(Clone, Debug, Serialize)]
pub struct Content {
    /// Its place among the trip's events, from 1.
    pub sequence: u64,
    /// Its type, such as `hotel.reserved.v1`.
    pub event_type: String,
    /// When it occurred.
    pub occurred_at: Timestamp,
    /// Since when the bus has refused it while it took others.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refused_since: Option<Timestamp>,
}

/// Which open events are meant: all that match every member that is there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selection {
    /// Of this trip.
    pub trip: Option<TripId>,
    /// Of this type.
    pub event_type: Option<String>,
    /// Parked for a reason with this text in it.
    pub reason: Option<String>,
}

/// What to do with a parked event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// Makes it pending again: the next sweep that finds it old enough publishes it.
    Redrive,
    /// Gives it up: it is never published, and stays to explain the gap.
    Discard,
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

impl Selection {
    fn takes(&self, event: &OpenEvent) -> bool {
        let is_of = |trip: &TripId| event.key.as_ref().is_some_and(|key| key.trip_id == *trip);
        let has_type = |kind: &String| {
            event.content.as_ref().is_some_and(|content| content.event_type == *kind)
        };
        let says = |text: &String| event.reason.as_ref().is_some_and(|said| said.contains(text));
        self.trip.as_ref().is_none_or(is_of)
            && self.event_type.as_ref().is_none_or(has_type)
            && self.reason.as_ref().is_none_or(says)
    }
}

impl Change {
    /// What was done, in a word.
    #[must_use]
    pub fn done(self) -> &'static str {
        match self {
            Self::Redrive => "redriven",
            Self::Discard => "discarded",
        }
    }

    fn action(self) -> &'static str {
        match self {
            Self::Redrive => "outbox.redrive",
            Self::Discard => "outbox.discard",
        }
    }
}

/// The open events of one status that are meant, at most `limit`, and whether there are more.
///
/// # Errors
/// When the write table cannot be read.
pub fn list<'a>(
    at: &'a Installation,
    status: OutboxStatus,
    limit: usize,
    selection: &'a Selection,
) -> Task<'a, (Vec<OpenEvent>, bool)> {
    Box::pin(async move {
        let mut pages = std::pin::pin!(at.outbox.open(status, SystemClock.now()));
        let mut chosen = Vec::new();
        while let Some(page) = pages.try_next().await.map_err(|error| at.place().unstored(error))? {
            let records = page.records.into_iter().map(OpenEvent::of);
            let damaged =
                page.unreadable.into_iter().map(|event| OpenEvent::damaged(event, status));
            chosen.extend(records.chain(damaged).filter(|event| selection.takes(event)));
            if chosen.len() > limit {
                chosen.truncate(limit);
                return Ok((chosen, true));
            }
        }
        Ok((chosen, false))
    })
}

/// The keys of all parked events that are meant.
///
/// # Errors
/// As [`list`].
pub async fn parked(at: &Installation, selection: &Selection) -> anyhow::Result<Vec<OutboxKey>> {
    let (events, _) = list(at, OutboxStatus::Parked, usize::MAX, selection).await?;
    Ok(events.into_iter().filter_map(|event| event.key).collect())
}

/// Checks that an event is parked.
///
/// # Errors
/// [`NotFound`] if there is no such event; or when it is not parked, or cannot be read.
pub async fn check_parked(at: &Installation, key: &OutboxKey) -> anyhow::Result<()> {
    let status = at.outbox.status(key).await;
    match status.map_err(|error| at.place().unstored(error))? {
        None => {
            let advice = format!("trip outbox list --parked{}", at.place().option());
            Err(NotFound::new(format!("there is no event {key}"), [advice]).into())
        }
        Some(Some(OutboxStatus::Parked)) => Ok(()),
        Some(Some(status)) => bail!("the event {key} is {}, not parked", status.as_str()),
        Some(None) => bail!("the event {key} is not parked; its status cannot be read"),
    }
}

/// Redrives or discards a parked event.
///
/// # Errors
/// When the write table cannot be written.
pub fn change<'a>(at: &'a Installation, change: Change, key: &'a OutboxKey) -> Task<'a, Parked> {
    Box::pin(async move {
        let changed = match change {
            Change::Redrive => at.outbox.redrive(key).await,
            Change::Discard => at.outbox.discard(key, SystemClock.now()).await,
        };
        let changed = changed.map_err(|error| at.place().unstored(error))?;
        let outcome = if changed == Parked::Done { change.done() } else { "no longer parked" };
        audit::note(at, change.action(), key, outcome);
        Ok(changed)
    })
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
