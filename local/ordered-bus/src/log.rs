//! A bus's events on disk.

use std::error::Error;
use std::sync::Arc;

use async_trait::async_trait;
use domain::{Clock, Timestamp};
use event_pattern::EventJson;
use tokio::sync::watch;
use uuid::Uuid;

use crate::event::{Stored, enveloped};
use crate::outcome::{Accepted, Failure};
use crate::sink::Sink;
use crate::store::{StorageError, Store, events};
use crate::wire::Entry;

/// Gets what a bus accepts before the bus keeps it, and may refuse some of it.
#[async_trait]
pub trait Mirror: Send + Sync + 'static {
    /// Takes the entries, in order; one answer each: the event's id, or why it is refused.
    async fn accept(&self, entries: &[Entry]) -> Vec<Result<String, Failure>>;
}

/// The events of one bus. They are on disk when they are accepted.
pub(crate) struct Log {
    pub(crate) bus: String,
    pub(crate) account: String,
    pub(crate) region: String,
    pub(crate) store: Store,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) mirror: Option<Arc<dyn Mirror>>,
    /// Tells subscribers that there is more.
    pub(crate) news: watch::Sender<()>,
}

const INTERNAL: &str = "InternalException";

#[async_trait]
impl Sink for Log {
    async fn accept(&self, entries: Vec<Entry>) -> Vec<Result<Accepted, Failure>> {
        if entries.is_empty() {
            return Vec::new();
        }
        let ids = self.ids(&entries).await;
        let now = self.clock.now();
        let made = entries.iter().zip(ids).map(|(entry, id)| self.made(entry, id?, now));
        let made: Vec<_> = made.collect();
        let events = made.iter().flatten().cloned().collect();
        let positions = self.write(events).await;
        let mut positions = positions.into_iter();
        let accepted = made.into_iter().map(|made| {
            let event_id = made?.event_id;
            let number = positions.next().ok_or_else(|| INTERNAL.to_owned())?;
            Ok(Accepted { event_id, number })
        });
        accepted.collect()
    }
}

impl Log {
    /// An id for each entry that the mirror takes.
    async fn ids(&self, entries: &[Entry]) -> Vec<Result<String, Failure>> {
        let Some(mirror) = &self.mirror else {
            return entries.iter().map(|_| Ok(Uuid::new_v4().to_string())).collect();
        };
        let mut answers = mirror.accept(entries).await;
        answers.resize(entries.len(), Err(INTERNAL.to_owned()));
        answers
    }

    fn made(&self, entry: &Entry, id: String, received_at: Timestamp) -> Result<Stored, Failure> {
        let place = (self.account.as_str(), self.region.as_str());
        let event: EventJson = enveloped(entry, &id, place, received_at)
            // The call was checked for this before.
            .map_err(|_| "InvalidInputException".to_owned())?;
        let metadata = entry.system_metadata.clone().unwrap_or_default();
        Ok(Stored {
            position: 0,
            event_id: id,
            received_at,
            group: metadata.event_group_id,
            deduplication_id: metadata.deduplication_id,
            source: entry.source.clone(),
            detail_type: entry.detail_type.clone(),
            event,
        })
    }

    /// Writes events, all or none; returns their positions.
    async fn write(&self, made: Vec<Stored>) -> Vec<i64> {
        let bus = self.bus.clone();
        let written: Result<Vec<i64>, StorageError> = self
            .store
            .run(move |file| made.iter().map(|event| events::add(file, &bus, event)).collect())
            .await;
        match written {
            Ok(positions) => {
                self.news.send_replace(());
                positions
            }
            Err(error) => {
                tracing::error!(error = &error as &dyn Error, "the ordered bus keeps nothing");
                Vec::new()
            }
        }
    }
}
