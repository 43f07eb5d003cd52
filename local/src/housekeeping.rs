//! The tasks that AWS does on a schedule or by itself: the sweeper's schedule, TTL, the retention
//! of the stream and of the archive. And an operator's task: redriving given-up batches.

use std::sync::Arc;
use std::time::Duration;

use domain::Clock;
use engine::{Engine, Retention};
use event_bus::EventBus;
use event_source_mapping::{Progress, rank};
use lambda_kit::clock::SystemClock;
use ordered_bus::Account as OrderedBuses;
use serde_json::json;
use state_machine::Runner;
use tokio::sync::watch;
use tokio::time::MissedTickBehavior;
use tokio_util::sync::CancellationToken;

use crate::background::Background;
use crate::function::Function;
use crate::functions::Functions;
use crate::on_failure::OnFailure;
use crate::options::{Keep, Pace};
use crate::redrive::redrive;

const EVERY_MINUTE: Duration = Duration::from_secs(60);
/// How often the stream is trimmed: so often that its file stays small under load.
const TRIM_EVERY: Duration = Duration::from_secs(10);

/// The recurring tasks of one system.
pub(crate) struct Housekeeping {
    pub(crate) functions: Arc<Functions>,
    pub(crate) bus: EventBus,
    /// Absent unless events are published to it.
    pub(crate) ordered: Option<OrderedBuses>,
    pub(crate) runner: Runner,
    /// Absent if another DynamoDB is used, which does this itself.
    pub(crate) engine: Option<Engine>,
    /// The table whose stream is trimmed.
    pub(crate) table: String,
    pub(crate) mappings: Vec<watch::Receiver<Progress>>,
    /// Where they store the batches that they give up.
    pub(crate) on_failure: OnFailure,
    pub(crate) pace: Pace,
    pub(crate) keep: Keep,
}

impl Housekeeping {
    /// Starts every task.
    pub(crate) fn start(self, background: &mut Background) {
        let (functions, every) = (Arc::clone(&self.functions), self.pace.sweep_every);
        background.run("the sweeper's schedule", |stop| async move {
            // One sweep at a time: the next tick waits for it.
            repeat(every, &stop, || sweep(&functions)).await;
            Ok(())
        });
        let (functions, on_failure) = (self.functions, self.on_failure);
        background.run("the redrive of given-up batches", |stop| async move {
            repeat(every, &stop, || redrive(&on_failure, &functions)).await;
            Ok(())
        });
        let (bus, ordered) = (self.bus, self.ordered);
        background.run("the events' retention", |stop| async move {
            repeat(EVERY_MINUTE, &stop, || prune(&bus, ordered.as_ref())).await;
            Ok(())
        });
        let runner = self.runner;
        background.run("the executions' retention", |stop| async move {
            repeat(EVERY_MINUTE, &stop, || forget(&runner)).await;
            Ok(())
        });
        if let Some(engine) = self.engine {
            let (table, mappings, keep) = (self.table, self.mappings, self.keep.stream);
            background.run("the engine's housekeeping", |stop| async move {
                let trimming = repeat(TRIM_EVERY, &stop, || trim(&engine, &table, &mappings, keep));
                let expiring = engine.sweep_ttl_every(EVERY_MINUTE, stop.cancelled());
                tokio::join!(trimming, expiring);
                Ok(())
            });
        }
    }
}

async fn repeat<F: Future<Output = ()>>(
    every: Duration,
    stop: &CancellationToken,
    mut task: impl FnMut() -> F,
) {
    let mut ticks = tokio::time::interval(every);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    while stop.run_until_cancelled(ticks.tick()).await.is_some() {
        task().await;
    }
}

/// Invokes the sweeper, as its schedule does on AWS.
async fn sweep(functions: &Arc<Functions>) {
    let event = json!({"source": "aws.events", "detail-type": "Scheduled Event", "detail": {}});
    if let Err(error) = functions.invoke(Function::OutboxSweeper, event, None).await {
        tracing::warn!(?error, "the sweep failed; the next one tries again");
    }
}

async fn prune(bus: &EventBus, ordered: Option<&OrderedBuses>) {
    let now = SystemClock.now();
    if let Err(error) = bus.prune(now).await {
        tracing::warn!(%error, "the archive keeps old events until the next try");
    }
    let Some(ordered) = ordered else { return };
    if let Err(error) = ordered.prune(now).await {
        tracing::warn!(%error, "the ordered bus keeps old events until the next try");
    }
}

async fn forget(runner: &Runner) {
    if let Err(error) = runner.prune().await {
        tracing::warn!(%error, "old executions stay until the next try");
    }
}

/// Trims the records that every consumer has passed.
async fn trim(
    engine: &Engine,
    table: &str,
    mappings: &[watch::Receiver<Progress>],
    keep: Retention,
) {
    let Some(consumed) = lowest_position(mappings) else { return };
    let (engine, table) = (engine.clone(), table.to_owned());
    let trimmed = tokio::task::spawn_blocking(move || engine.trim(&table, &consumed, keep)).await;
    match trimmed {
        Ok(Ok(records)) => tracing::debug!(records, "old stream records trimmed"),
        Ok(Err(error)) => tracing::warn!(%error, "old stream records stay until the next try"),
        Err(error) => tracing::warn!(%error, "old stream records stay until the next try"),
    }
}

/// The lowest position of all consumers; `None` while one of them has no position yet.
fn lowest_position(mappings: &[watch::Receiver<Progress>]) -> Option<String> {
    let position = |progress: &watch::Receiver<Progress>| {
        let progress = progress.borrow();
        let positions: Option<Vec<_>> =
            progress.shards.values().map(|shard| shard.position.clone()).collect();
        positions?.into_iter().min_by(|a, b| rank(a).cmp(&rank(b)))
    };
    let positions: Option<Vec<_>> = mappings.iter().map(position).collect();
    positions?.into_iter().min_by(|a, b| rank(a).cmp(&rank(b)))
}
