//! Trips in flight for too long, and events that wait for too long.

use domain::Timestamp;
use futures::TryStreamExt;
use serde::Serialize;
use store::outbox::OutboxStatus;

use crate::Installation;
use crate::consumers::Consumer;
use crate::in_flight::{self, Work};

/// Everything that is stuck.
#[derive(Clone, Debug, Serialize)]
pub struct Stuck {
    /// Trips in flight for too long, and those on which nothing works any more; the oldest first.
    pub trips: Vec<Work>,
    /// How many younger trips in flight were not looked at.
    pub more: usize,
    /// The events that wait for too long, if there are any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pending: Option<Waiting>,
}

/// Events that wait to be published.
#[derive(Clone, Debug, Serialize)]
pub struct Waiting {
    /// How many.
    pub events: usize,
    /// When the oldest occurred.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub oldest: Option<Timestamp>,
    /// The state of the dispatcher's mapping, in Lambda's words.
    pub dispatcher: String,
    /// The command that lets them go, if one does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mend: Option<String>,
}

impl Stuck {
    /// Whether nothing is.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.trips.is_empty() && self.pending.is_none()
    }
}

/// What began before `cutoff` and is not over, and trips on which nothing works, however young.
/// The oldest `limit` trips in flight are looked at.
///
/// # Errors
/// When a table or a service cannot be called.
pub async fn look(at: &Installation, cutoff: Timestamp, limit: usize) -> anyhow::Result<Stuck> {
    let (mut trips, more) = in_flight::oldest(at, limit).await?;
    trips.retain(|work| work.given_up || work.created_at < cutoff);
    let pending = waiting(at, cutoff).await?;
    Ok(Stuck { trips, more, pending })
}

/// The events that wait for too long, and why they may.
async fn waiting(at: &Installation, cutoff: Timestamp) -> anyhow::Result<Option<Waiting>> {
    let mut pages = std::pin::pin!(at.outbox.open(OutboxStatus::Pending, cutoff));
    let (mut events, mut oldest) = (0, None);
    while let Some(page) = pages.try_next().await.map_err(|error| at.place().unstored(error))? {
        events += page.records.len() + page.unreadable.len();
        oldest = page.records.iter().map(|event| event.occurred_at).chain(oldest).min();
    }
    if events == 0 {
        return Ok(None);
    }
    let dispatcher = at.consumers.mapping(Consumer::Dispatcher).await?;
    let option = at.place().option();
    let mend = dispatcher.is_paused().then(|| format!("trip resume dispatcher{option}"));
    Ok(Some(Waiting { events, oldest, dispatcher: dispatcher.state, mend }))
}
