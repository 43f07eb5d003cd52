//! Keeps what the bus accepted, for tests.

use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use serde_json::Value;

use crate::outcome::{Accepted, Failure};
use crate::sink::Sink;
use crate::wire::Entry;

/// An accepted event.
#[derive(Clone, Debug, PartialEq)]
pub struct Published {
    /// Its event group.
    pub group: Option<String>,
    /// Its id for deduplication.
    pub deduplication_id: Option<String>,
    /// Its type.
    pub detail_type: String,
    /// Its content.
    pub detail: Value,
}

pub(crate) type Choose = Box<dyn FnMut(&Entry) -> Option<&'static str> + Send>;

/// Accepted events in memory. It can refuse some.
#[derive(Default)]
pub struct Tape {
    events: Mutex<Vec<Published>>,
    choose: Mutex<Option<Choose>>,
}

impl Tape {
    pub(crate) fn refuse(&self, choose: Option<Choose>) {
        *lock(&self.choose) = choose;
    }

    pub(crate) fn published(&self) -> Vec<Published> {
        lock(&self.events).clone()
    }

    pub(crate) fn forget(&self) {
        lock(&self.events).clear();
    }
}

#[async_trait]
impl Sink for Tape {
    async fn accept(&self, entries: Vec<Entry>) -> Vec<Result<Accepted, Failure>> {
        let (mut events, mut choose) = (lock(&self.events), lock(&self.choose));
        let answers = entries.into_iter().map(|entry| {
            if let Some(code) = choose.as_mut().and_then(|choose| choose(&entry)) {
                return Err(code.to_owned());
            }
            events.push(entry.into());
            let number = events.len();
            Ok(Accepted { event_id: format!("event-{number}"), number: number as i64 })
        });
        answers.collect()
    }
}

impl From<Entry> for Published {
    fn from(entry: Entry) -> Self {
        let metadata = entry.system_metadata.unwrap_or_default();
        let detail = entry.detail.as_deref().and_then(|text| serde_json::from_str(text).ok());
        Self {
            group: metadata.event_group_id,
            deduplication_id: metadata.deduplication_id,
            detail_type: entry.detail_type,
            detail: detail.unwrap_or_default(),
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
