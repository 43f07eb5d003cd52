//! The dispatcher's own handler.

use std::collections::HashSet;
use std::sync::Arc;

use anyhow::ensure;
use async_trait::async_trait;
use dispatcher::{Deps, EventBridge, Outbox, Settings, handle};
use domain::{Clock, Timestamp, TripId};
use serde_json::value::RawValue;
use store::outbox::{MarkReport, OpenEvents, OutboxKey, Parked, SweepCursor, TripEvents};
use store::{Backlog, StoreError};

use crate::canned::Canned;
use crate::contender::{Contender, invocation};

/// Whether published events are marked in the table.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Marks {
    /// As on AWS.
    All,
    /// The outbox says that they are.
    None,
}

/// The handler on canned services.
pub(crate) struct Dispatcher(Deps);

impl Dispatcher {
    pub(crate) async fn new(
        aws: &Canned,
        clock: Arc<dyn Clock>,
        marks: Marks,
    ) -> anyhow::Result<Self> {
        let config = aws.config();
        Ok(Self(match marks {
            Marks::All => Deps::from_config(&config).await?.with_clock(clock),
            Marks::None => {
                let bus = Arc::new(EventBridge::from_config(&config).await?);
                Deps::new(Arc::new(Unmarked), bus, clock, Settings::default())
            }
        }))
    }
}

#[async_trait]
impl Contender for Dispatcher {
    async fn process(&self, batch: Box<RawValue>) -> anyhow::Result<()> {
        let answer = handle(&self.0, invocation(batch)).await?;
        ensure!(answer["batchItemFailures"] == serde_json::json!([]), "failed: {answer}");
        Ok(())
    }
}

/// An outbox that is asked for nothing but marks, and makes none.
struct Unmarked;

#[async_trait]
impl Outbox for Unmarked {
    async fn mark_dispatched(&self, keys: &[&OutboxKey], _: Timestamp) -> MarkReport {
        MarkReport { marked: keys.len(), ..MarkReport::default() }
    }

    async fn park(&self, _: &OutboxKey, _: &str, _: Timestamp) -> Result<Parked, StoreError> {
        Ok(Parked::NotApplicable)
    }

    async fn note_refusal(&self, _: &OutboxKey, _: Timestamp) -> Result<(), StoreError> {
        Ok(())
    }

    async fn still_pending(&self, keys: &[&OutboxKey]) -> Result<HashSet<OutboxKey>, StoreError> {
        Ok(keys.iter().map(|key| (*key).clone()).collect())
    }

    async fn events_of(&self, _: &TripId) -> Result<TripEvents, StoreError> {
        Ok(TripEvents::default())
    }

    async fn pending_before(
        &self,
        _: u32,
        _: Timestamp,
        _: usize,
        _: Option<SweepCursor>,
    ) -> Result<OpenEvents, StoreError> {
        Ok(OpenEvents { records: Vec::new(), unreadable: Vec::new(), next: None })
    }

    async fn backlog(&self) -> Result<Backlog, StoreError> {
        Ok(Backlog::default())
    }
}
