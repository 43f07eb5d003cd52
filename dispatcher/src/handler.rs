//! The dispatcher's handler: a batch of the table's stream in, the first undone record out.

use domain::Timestamp;
use lambda_kit::deadline::Deadline;
use lambda_kit::error::{FunctionError, chain};
use lambda_kit::metrics;
use lambda_kit::stream::{self, BatchResponse};
use lambda_runtime::LambdaEvent;
use serde_json::Value;
use store::outbox::OutboxRecord;
use tokio::time::timeout_at;

use crate::Deps;
use crate::delivery::{deliver, park};
use crate::intake::{Intake, Misfit};

/// Publishes the new events of a batch, in order. Answers `batchItemFailures` with the first record
/// that is not done, from which on Lambda sends the batch again.
///
/// # Errors
/// `InvalidRequest` for a payload that is no batch of stream records.
pub async fn handle(deps: &Deps, event: LambdaEvent<Value>) -> Result<Value, FunctionError> {
    let deadline = Deadline::of(&event.context, &*deps.clock);
    let intake = Intake::of(stream::decode(event.payload)?, deps.settings.limits);
    dispatch(deps, intake, deadline).await.into_json()
}

async fn dispatch(deps: &Deps, intake: Intake, deadline: Deadline) -> BatchResponse {
    let Intake { mut events, misfits, numbers } = intake;
    let stuck = set_aside(deps, &misfits, deadline).await;
    events.retain(|(place, _)| stuck.is_none_or(|stuck| *place < stuck));
    let (places, events) =
        unpublished(deps, events, deadline).await.into_iter().unzip::<_, _, Vec<_>, Vec<_>>();
    let delivery = deliver(deps, &events, deadline).await;
    let undone = delivery.undone.map(|at| places[at]).or(stuck);
    let first = undone.and_then(|place| numbers.into_iter().nth(place));
    first.map_or_else(BatchResponse::default, BatchResponse::failed_from)
}

/// Parks events that can never be published. The place of the first that could not even be parked.
async fn set_aside(deps: &Deps, misfits: &[(usize, Misfit)], deadline: Deadline) -> Option<usize> {
    let mut parked = 0;
    let mut stuck = None;
    for (place, Misfit { key, reason }) in misfits {
        if !park(deps, key, reason, deadline).await {
            stuck = Some(*place);
            break;
        }
        parked += 1;
    }
    metrics::count("EventsParked", parked);
    stuck
}

/// What of an old batch is still to be published: after an outage the sweeper was there before.
///
/// Where that cannot be told, everything is published: a duplicate does less harm than a delay.
async fn unpublished(
    deps: &Deps,
    mut events: Vec<(usize, OutboxRecord)>,
    deadline: Deadline,
) -> Vec<(usize, OutboxRecord)> {
    let oldest = events.iter().map(|(_, event)| event.occurred_at).min();
    if oldest.is_none_or(|oldest| oldest >= cutoff(deps, deps.clock.now())) {
        return events;
    }
    let keys: Vec<_> = events.iter().map(|(_, event)| event.key()).collect();
    match timeout_at(deadline.instant(), deps.outbox.still_pending(&keys)).await {
        Ok(Ok(pending)) => events.retain(|(_, event)| pending.contains(&event.key())),
        Ok(Err(error)) => {
            tracing::warn!(error = chain(&error), "an old batch is published unasked");
        }
        Err(_) => tracing::warn!("nobody said in time what of an old batch is still pending"),
    }
    metrics::count("EventsDispatchedBefore", keys.len() - events.len());
    events
}

/// Events from before this moment are the sweeper's as well.
pub(crate) fn cutoff(deps: &Deps, now: Timestamp) -> Timestamp {
    let grace = i64::try_from(deps.settings.grace.as_millis()).unwrap_or(i64::MAX);
    Timestamp::from_millis(now.as_millis().saturating_sub(grace))
}

#[cfg(test)]
mod tests;
