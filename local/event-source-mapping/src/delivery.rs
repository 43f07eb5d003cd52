//! Delivers one batch, whole or in parts, until each of its records is processed or given up.

use uuid::Uuid;

use crate::backoff::Waits;
use crate::batch::Entry;
use crate::destination::Condition;
use crate::discard::{describe, expired};
use crate::invocation::{Failure, invoke};
use crate::shard_run::ShardRun;
use crate::stop::Stopped;
use crate::tries::{Next, Tries};

/// A part of a batch that is still to be handed over.
struct Part<'a> {
    records: &'a [Entry],
    tries: Tries,
    waits: Waits,
}

/// Delivers a batch in the order of its records: a part starts only when the parts before it are
/// settled.
pub(crate) async fn deliver(run: &ShardRun, batch: &[Entry]) -> Result<(), Stopped> {
    let whole = Part { records: batch, tries: Tries::default(), waits: run.config().retry.waits() };
    let mut parts = vec![whole];
    while let Some(part) = parts.pop() {
        parts.extend(hand_over(run, part).await?.into_iter().rev());
    }
    run.report.batch_done();
    Ok(())
}

/// Hands a part over once; returns what is left of it, in order.
async fn hand_over<'a>(run: &ShardRun, mut part: Part<'a>) -> Result<Vec<Part<'a>>, Stopped> {
    run.shutdown.check()?;
    let (old, fresh) = part.records.split_at(expired(run, part.records));
    if !old.is_empty() {
        give_up(run, old, &part.tries, Condition::RecordAgeExceeded).await?;
    }
    part.records = fresh;
    if fresh.is_empty() {
        return Ok(Vec::new());
    }
    let request_id = Uuid::new_v4();
    match attempt(run, request_id, fresh).await {
        Ok(()) => processed(run, fresh).await.map(|()| Vec::new()),
        Err(failure) => after(run, part, request_id, failure).await,
    }
}

/// A stop does not interrupt a running invocation.
async fn attempt(run: &ShardRun, request_id: Uuid, records: &[Entry]) -> Result<(), Failure> {
    run.report.handed_over(records);
    let function = run.context.ports.handler.as_ref();
    invoke(function, run.config().function_timeout, request_id, records).await
}

/// Processed records are never processed again, and each step forward resets the backoff.
async fn after<'a>(
    run: &ShardRun,
    mut part: Part<'a>,
    request_id: Uuid,
    failure: Failure,
) -> Result<Vec<Part<'a>>, Stopped> {
    let (done, left) = part.records.split_at(failure.from);
    if !done.is_empty() {
        processed(run, done).await?;
        part.waits = run.config().retry.waits();
    }
    part.records = left;
    let next = part.tries.next(run.config(), request_id, &failure, left.len());
    if next == Next::GiveUp {
        give_up(run, left, &part.tries, Condition::RetryAttemptsExhausted).await?;
        return Ok(Vec::new());
    }
    run.report.retry(left, &failure);
    run.shutdown.pause(part.waits.next_wait()).await?;
    Ok(if next == Next::Halves { part.halves(run) } else { vec![part] })
}

async fn processed(run: &ShardRun, records: &[Entry]) -> Result<(), Stopped> {
    run.report.processed(records);
    run.settle(records).await
}

/// Gives records up: they are settled once the destination, if there is one, has stored them.
async fn give_up(
    run: &ShardRun,
    records: &[Entry],
    tries: &Tries,
    condition: Condition,
) -> Result<(), Stopped> {
    let on_failure = &run.context.ports.on_failure;
    if let Some(destination) = on_failure {
        let batch = describe(run, records, tries, condition);
        run.insist("a discarded batch cannot be kept", || destination.keep(&batch)).await?;
    }
    run.report.discarded(records, condition, on_failure.is_some());
    run.settle(records).await
}

impl Part<'_> {
    /// The first half continues the backoff of the whole.
    fn halves(self, run: &ShardRun) -> Vec<Self> {
        let (first, second) = self.records.split_at(self.records.len() / 2);
        let second =
            Self { records: second, tries: self.tries.clone(), waits: run.config().retry.waits() };
        vec![Self { records: first, ..self }, second]
    }
}
