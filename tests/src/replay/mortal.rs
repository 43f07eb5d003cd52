//! A consumer's way to its services, on which it can die: at any call, before or after its effect.
//!
//! What has left the consumer takes effect whether or not the consumer lives to hear of it, as a
//! request does that is on the network when its sender dies.

use std::collections::HashSet;
use std::future::pending;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;
use dispatcher::{BusAnswer, Outbox, PublishFailed, Publisher, Table};
use domain::{Timestamp, TripId};
use projector::View;
use store::outbox::{
    MarkReport, OpenEvents, OutboxKey, Parked, PendingEvent, SweepCursor, TripEvents,
};
use store::view::{Put, SearchRow, SearchView, UnreadChange};
use store::{Backlog, StoreError};
use stream_replay::Mishap;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// One invocation, which may meet with a mishap. Clones are the same one.
#[derive(Clone)]
pub(super) struct Life {
    mishap: Option<Mishap>,
    calls: Arc<AtomicUsize>,
    death: CancellationToken,
    sent: TaskTracker,
}

impl Life {
    /// One whose calls are tracked by `sent`.
    pub(super) fn new(mishap: Option<Mishap>, sent: &TaskTracker) -> Self {
        let (calls, death) = (Arc::default(), CancellationToken::new());
        Self { mishap, calls, death, sent: sent.clone() }
    }

    /// Runs the invocation to its answer; none where it dies, or where nobody hears its answer.
    pub(super) async fn live<T>(&self, invocation: impl Future<Output = T>) -> Option<T> {
        tokio::select! {
            biased;
            () = self.death.cancelled() => None,
            answer = invocation => {
                let unheard = self.mishap.is_some_and(Mishap::is_fatal);
                (!unheard).then_some(answer)
            }
        }
    }

    /// How many calls it has made, or died at.
    pub(super) fn calls(&self) -> usize {
        self.calls.load(Ordering::SeqCst)
    }

    async fn call<T: Send + 'static>(
        &self,
        effect: impl Future<Output = T> + Send + 'static,
        failed: impl FnOnce() -> T,
    ) -> T {
        let number = self.calls.fetch_add(1, Ordering::SeqCst) + 1;
        match self.mishap {
            Some(Mishap::FailsFrom(first)) if number >= first => failed(),
            Some(Mishap::DiesBefore(last)) if number == last => self.die().await,
            Some(Mishap::DiesDuring(last)) if number == last => {
                drop(self.sent.spawn(effect));
                self.die().await
            }
            Some(Mishap::DiesAfter(last)) if number == last => {
                self.sent.spawn(effect).await.unwrap();
                self.die().await
            }
            _ => self.sent.spawn(effect).await.unwrap(),
        }
    }

    async fn die<T>(&self) -> T {
        self.death.cancel();
        pending().await
    }
}

/// A service as a mortal reaches it.
pub(super) struct Mortal<S> {
    pub(super) life: Life,
    pub(super) service: S,
}

#[async_trait]
impl View for Mortal<SearchView> {
    async fn put_newer(&self, row: &SearchRow) -> Result<Put, StoreError> {
        let (view, row) = (self.service.clone(), row.clone());
        self.life.call(async move { view.put_newer(&row).await }, || Err(throttled())).await
    }

    async fn set_aside(&self, change: &UnreadChange) -> Result<(), StoreError> {
        let (view, change) = (self.service.clone(), change.clone());
        self.life.call(async move { view.set_aside(&change).await }, || Err(throttled())).await
    }
}

#[async_trait]
impl Publisher for Mortal<Arc<dyn Publisher>> {
    async fn publish(&self, events: &[&PendingEvent<'_>]) -> Result<Vec<BusAnswer>, PublishFailed> {
        let bus = self.service.clone();
        let events: Vec<_> = events.iter().map(|event| (*event).clone().into_owned()).collect();
        let publish = async move { bus.publish(&events.iter().collect::<Vec<_>>()).await };
        self.life
            .call(publish, || Err(PublishFailed::Unanswered("connection refused".into())))
            .await
    }
}

#[async_trait]
impl Outbox for Mortal<Table> {
    async fn mark_dispatched(&self, keys: &[&OutboxKey], now: Timestamp) -> MarkReport {
        let (marks, asked) = (self.service.marks.clone(), owned(keys));
        let mark = async move { marks.mark_dispatched(&asked, now).await };
        let failed = || {
            let failed = owned(keys).into_iter().map(|key| (key, throttled())).collect();
            MarkReport { failed, ..MarkReport::default() }
        };
        self.life.call(mark, failed).await
    }

    async fn park(
        &self,
        key: &OutboxKey,
        reason: &str,
        now: Timestamp,
    ) -> Result<Parked, StoreError> {
        let (outbox, key, reason) = (self.service.events.clone(), key.clone(), reason.to_owned());
        let park = async move { outbox.park(&key, &reason, now).await };
        self.life.call(park, || Err(throttled())).await
    }

    async fn note_refusal(&self, key: &OutboxKey, now: Timestamp) -> Result<(), StoreError> {
        let (outbox, key) = (self.service.events.clone(), key.clone());
        let note = async move { outbox.note_refusal(&key, now).await };
        self.life.call(note, || Err(throttled())).await
    }

    async fn still_pending(&self, keys: &[&OutboxKey]) -> Result<HashSet<OutboxKey>, StoreError> {
        let (outbox, keys) = (self.service.events.clone(), owned(keys));
        let ask = async move { outbox.still_pending(&keys).await };
        self.life.call(ask, || Err(throttled())).await
    }

    async fn events_of(&self, trip: &TripId) -> Result<TripEvents, StoreError> {
        let (outbox, trip) = (self.service.events.clone(), trip.clone());
        let ask = async move { outbox.events_of(&trip).await };
        self.life.call(ask, || Err(throttled())).await
    }

    async fn pending_before(
        &self,
        shard: u32,
        cutoff: Timestamp,
        limit: usize,
        after: Option<SweepCursor>,
    ) -> Result<OpenEvents, StoreError> {
        let outbox = self.service.events.clone();
        let read = async move { outbox.pending_before(shard, cutoff, limit, after).await };
        self.life.call(read, || Err(throttled())).await
    }

    async fn backlog(&self) -> Result<Backlog, StoreError> {
        let outbox = self.service.events.clone();
        self.life.call(async move { outbox.backlog().await }, || Err(throttled())).await
    }
}

fn owned(keys: &[&OutboxKey]) -> Vec<OutboxKey> {
    keys.iter().copied().cloned().collect()
}

/// What the store says when its own patience has ended.
fn throttled() -> StoreError {
    let source = Arc::new(std::io::Error::other("throttled by the schedule"));
    StoreError::Throttled { operation: "a call of the schedule", source }
}
