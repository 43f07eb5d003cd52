//! Publishes what the stream missed: events that are still pending after a grace period, because of
//! an outage beyond the stream's 24 hours, a disabled mapping, or exhausted retries.
//!
//! Where two sweeps overlap, both may publish the same events, under the same ids; nothing else
//! comes of it, since every write is conditional on the event's status. The local scheduler starts
//! a sweep when the one before has ended. On AWS a sweep must end before the next minute's begins,
//! and a schedule that fires twice makes two overlap unless the function's concurrency is reserved.

mod backlog;
mod refusals;

use domain::Timestamp;
use lambda_kit::deadline::{Deadline, Missed};
use lambda_kit::error::{FunctionError, chain};
use lambda_kit::metrics;
use lambda_kit::spans::Trigger;
use lambda_runtime::LambdaEvent;
use serde::Serialize;
use serde_json::Value;
use store::StoreError;
use store::keys::SHARDS;
use store::outbox::{OpenEvents, PendingEvent};

use crate::Deps;
use crate::bus::Bus;
use crate::intake::{Misfit, fitting};
use crate::relay::Relay;
use refusals::Refusals;

/// What invokes the sweeper: a schedule.
pub const TRIGGER: Trigger = Trigger::Timer("sweep");

/// How many events are read, published and marked at a time.
const PAGE: usize = 100;

/// What a sweep did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct SweepReport {
    /// Events that the bus took.
    pub published: usize,
    /// How many of these were marked as published.
    pub marked: usize,
    /// Events that can never be published: parked.
    pub parked: usize,
    /// Events and shards that could not be processed.
    pub failed: usize,
    /// Whether there may be more to sweep: the deadline came, or something failed.
    pub remaining: bool,
}

/// Runs one sweep; a schedule asks for it every minute. The content of the event does not matter.
///
/// # Errors
/// If the report cannot be written as JSON; nothing in it causes this.
pub async fn handle(deps: &Deps, event: LambdaEvent<Value>) -> Result<Value, FunctionError> {
    let (deadline, now) = (Deadline::of(&event.context, &*deps.clock), deps.clock.now());
    let told = backlog::tell(&*deps.outbox, now, deadline).await;
    let report = sweep(deps, now, deadline).await;
    metrics::count("SweepsLeftIncomplete", usize::from(report.remaining || !told));
    serde_json::to_value(report).map_err(|error| FunctionError::internal(&error))
}

/// Publishes the events that were pending before `now` less the grace period, shard by shard, by
/// trip and sequence. Skips what the bus refuses for now; stops at the deadline, or if the bus is
/// down.
///
/// Each minute's sweep begins at another shard, so that a sweep that is stopped does not leave out
/// the same events every time.
pub async fn sweep(deps: &Deps, now: Timestamp, deadline: Deadline) -> SweepReport {
    let mut sweep = Sweep {
        relay: Relay { deps, deadline, bus: Bus::for_a_sweep() },
        cutoff: deps.settings.overdue_before(now),
        refusals: Refusals::default(),
        report: SweepReport::default(),
    };
    for shard in shards_from(now) {
        if !sweep.shard(shard).await {
            sweep.report.remaining = true;
            break;
        }
    }
    sweep.end(now).await
}

fn shards_from(now: Timestamp) -> impl Iterator<Item = u32> {
    let first = u32::try_from((now.as_seconds() / 60).rem_euclid(i64::from(SHARDS))).unwrap_or(0);
    (first..SHARDS).chain(0..first)
}

struct Sweep<'a> {
    relay: Relay<'a>,
    cutoff: Timestamp,
    refusals: Refusals,
    report: SweepReport,
}

impl Sweep<'_> {
    /// Sweeps a shard page by page. Returns `false` if the whole sweep must stop.
    async fn shard(&mut self, shard: u32) -> bool {
        let mut cursor = None;
        loop {
            let Relay { deps, deadline, .. } = &self.relay;
            if deadline.has_passed() {
                return false;
            }
            let read = deps.outbox.pending_before(shard, self.cutoff, PAGE, cursor);
            let page = match deadline.call(read).await {
                Ok(page) => page,
                Err(error) => return self.unread(shard, &error),
            };
            cursor = page.next.clone();
            if !self.page(page).await {
                return false;
            }
            if cursor.is_none() {
                return true;
            }
        }
    }

    /// A shard that cannot be read does not block the others. If the deadline has passed meanwhile,
    /// there is no time for the others either.
    fn unread(&mut self, shard: u32, error: &Missed<StoreError>) -> bool {
        tracing::error!(shard, error = chain(error), "a shard of open events cannot be read");
        self.report.failed += 1;
        self.report.remaining = true;
        matches!(error, Missed::Failed(_))
    }

    async fn page(&mut self, page: OpenEvents) -> bool {
        let limits = self.relay.deps.settings.limits;
        let mut events = Vec::new();
        for event in page.records {
            match fitting(event.into(), limits) {
                Ok(event) => events.push(event),
                Err(misfit) => self.set_aside(Some(misfit)).await,
            }
        }
        for damaged in page.unreadable {
            let reason = chain(&damaged.error);
            self.set_aside(damaged.key.map(|key| Misfit { key, reason })).await;
        }
        self.deliver(&events).await
    }

    async fn set_aside(&mut self, misfit: Option<Misfit>) {
        let parked = match &misfit {
            Some(Misfit { key, reason }) => self.relay.park(key, reason).await,
            None => {
                tracing::error!("an open event has a key that cannot be read");
                false
            }
        };
        metrics::count("EventsParked", usize::from(parked));
        self.report.parked += usize::from(parked);
        self.report.failed += usize::from(!parked);
    }

    /// Returns `false` if the bus is down.
    async fn deliver(&mut self, events: &[PendingEvent<'static>]) -> bool {
        let delivery = self.relay.deliver(events).await;
        self.report.published += delivery.published;
        self.report.marked += delivery.marked;
        self.report.parked += delivery.parked;
        self.report.failed += delivery.left;
        self.refusals.add(events, delivery.refused);
        !self.relay.bus.is_down()
    }

    /// Ends the sweep and reports it. Parks what the bus has refused for too long; an outage of the
    /// bus does not count as a refusal of its events.
    async fn end(mut self, now: Timestamp) -> SweepReport {
        if !self.relay.bus.is_down() {
            let parked = self.refusals.settle(&self.relay, now).await;
            self.report.parked += parked;
            self.report.failed -= parked;
        }
        self.report
    }
}

#[cfg(test)]
mod tests;
