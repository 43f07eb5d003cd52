//! Publishes what the stream did not bring: events that are still pending after a grace period,
//! after an outage beyond the stream's 24 hours, a disabled mapping, or exhausted retries.
//!
//! Sweeps must not overlap, or both would publish the same events. On AWS the function has a
//! reserved concurrency of 1; the local scheduler starts a sweep when the one before has ended.

mod backlog;
mod refusals;

use domain::Timestamp;
use lambda_kit::deadline::Deadline;
use lambda_kit::error::{FunctionError, chain};
use lambda_kit::metrics;
use lambda_kit::spans::Trigger;
use lambda_runtime::LambdaEvent;
use serde::Serialize;
use serde_json::Value;
use store::keys::SHARDS;
use store::outbox::{OpenEvents, OutboxRecord};
use tokio::time::timeout_at;

use crate::Deps;
use crate::bus::Bus;
use crate::delivery::{deliver, park};
use crate::handler::cutoff;
use crate::intake::{Misfit, fitting};

/// What invokes the sweeper: a schedule.
pub const TRIGGER: Trigger = Trigger::Timer("sweep");

/// Events that are read, published and marked at a time.
const PAGE: usize = 100;

/// What a sweep did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct SweepReport {
    /// Events that the bus took.
    pub published: usize,
    /// Of these, events that were marked as published.
    pub marked: usize,
    /// Events that can never be published: set aside.
    pub parked: usize,
    /// Events and shards that were met and could not be dealt with.
    pub failed: usize,
    /// Whether there may be more to sweep: the deadline came, or something failed.
    pub remaining: bool,
}

/// Sweeps, as a schedule asks for every minute; whatever the event is, it is the same sweep.
///
/// # Errors
/// Where the report cannot be written as JSON, which nothing in it causes.
pub async fn handle(deps: &Deps, event: LambdaEvent<Value>) -> Result<Value, FunctionError> {
    let deadline = Deadline::of(&event.context, &*deps.clock);
    let now = deps.clock.now();
    let told = backlog::tell(deps, now, deadline).await;
    let report = sweep(deps, now, deadline).await;
    metrics::count("SweepsLeftIncomplete", usize::from(report.remaining || !told));
    serde_json::to_value(report).map_err(|error| FunctionError::internal(&error))
}

/// Publishes the events that were pending before `now` less the grace period, shard by shard, in
/// the order of trip and sequence. Goes past what the bus refuses for now; stops by the deadline,
/// or when the bus is down.
///
/// Each minute's sweep begins at another shard, so that whatever stops sweeps does not stop them
/// before the same events every time.
pub async fn sweep(deps: &Deps, now: Timestamp, deadline: Deadline) -> SweepReport {
    let mut sweep = Sweep {
        deps,
        cutoff: cutoff(deps, now),
        deadline,
        bus: Bus::for_a_sweep(),
        refused: Vec::new(),
        report: SweepReport::default(),
    };
    for shard in shards_from(now) {
        if !sweep.shard(shard).await {
            sweep.report.remaining = true;
            break;
        }
    }
    sweep.judge_refused(now).await;
    sweep.report
}

fn shards_from(now: Timestamp) -> impl Iterator<Item = u32> {
    let first = u32::try_from((now.as_seconds() / 60).rem_euclid(i64::from(SHARDS))).unwrap_or(0);
    (first..SHARDS).chain(0..first)
}

struct Sweep<'a> {
    deps: &'a Deps,
    cutoff: Timestamp,
    deadline: Deadline,
    bus: Bus,
    /// What the bus refuses for now, and what it says.
    refused: Vec<(OutboxRecord, String)>,
    report: SweepReport,
}

impl Sweep<'_> {
    /// Sweeps a shard page by page. False where the whole sweep is to stop.
    async fn shard(&mut self, shard: u32) -> bool {
        let mut cursor = None;
        loop {
            if self.deadline.has_passed() {
                return false;
            }
            let read = self.deps.outbox.pending_before(shard, self.cutoff, PAGE, cursor);
            let page = match timeout_at(self.deadline.instant(), read).await {
                Ok(Ok(page)) => page,
                Ok(Err(error)) => return self.unread(shard, &error),
                Err(_) => return self.unread_in_time(shard),
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

    /// A shard that cannot be read does not hold up the others.
    fn unread(&mut self, shard: u32, error: &store::StoreError) -> bool {
        tracing::error!(shard, error = chain(error), "a shard of open events cannot be read");
        self.report.failed += 1;
        self.report.remaining = true;
        true
    }

    /// The deadline has come while a shard was read: there is no time for any other either.
    fn unread_in_time(&mut self, shard: u32) -> bool {
        tracing::warn!(shard, "a shard of open events was not read in time");
        self.report.failed += 1;
        false
    }

    async fn page(&mut self, page: OpenEvents) -> bool {
        let limits = self.deps.settings.limits;
        let mut events: Vec<OutboxRecord> = Vec::new();
        for event in page.records {
            match fitting(event, limits) {
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
            Some(Misfit { key, reason }) => park(self.deps, key, reason, self.deadline).await,
            None => {
                tracing::error!("an open event has a key that cannot be read");
                false
            }
        };
        metrics::count("EventsParked", usize::from(parked));
        self.report.parked += usize::from(parked);
        self.report.failed += usize::from(!parked);
    }

    /// False where the bus is down.
    async fn deliver(&mut self, events: &[OutboxRecord]) -> bool {
        let delivery = deliver(self.deps, events, &mut self.bus, self.deadline).await;
        self.report.published += delivery.published;
        self.report.marked += delivery.marked;
        self.report.parked += delivery.parked;
        self.report.failed += delivery.left;
        let refused = delivery.refused.into_iter();
        self.refused.extend(refused.map(|refusal| (events[refusal.place].clone(), refusal.reason)));
        !self.bus.is_down()
    }
}

#[cfg(test)]
mod tests;
