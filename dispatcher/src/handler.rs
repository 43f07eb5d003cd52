//! The dispatcher's handler: a batch of the table's stream in, the first undone record out.

use std::time::Duration;

use domain::Timestamp;
use lambda_kit::deadline::Deadline;
use lambda_kit::error::{FunctionError, chain};
use lambda_kit::metrics;
use lambda_kit::stream::{self, BatchResponse};
use lambda_runtime::LambdaEvent;
use serde_json::Value;
use store::outbox::OutboxRecord;
use tokio::time::timeout;

use crate::Deps;
use crate::bus::Bus;
use crate::delivery::{Delivery, RESERVE, deliver, park};
use crate::intake::{Intake, Misfit};

/// For how long an event that is refused alone may keep its shard waiting.
const PATIENCE: Duration = Duration::from_secs(60);

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
    let mut bus = Bus::for_a_batch();
    let delivery = deliver(deps, &events, &mut bus, deadline).await;
    let waiting = waiting(deps, &events, &delivery, bus);
    let undone = [delivery.undone, waiting].into_iter().flatten().min();
    let first = undone.map(|at| places[at]).or(stuck);
    let first = first.and_then(|place| numbers.into_iter().nth(place));
    first.map_or_else(BatchResponse::default, BatchResponse::failed_from)
}

/// The first event that the bus refuses for now and that the batch is to wait for.
///
/// One that is refused while the bus takes others is left to the sweeper, and holds up nobody.
/// Refusals at the end of a batch may as well be the beginning of an outage, and that is waited
/// out. So is the refusal of a single event, but for a minute only: it may be the fault of the
/// event, and bisecting leaves it alone with the shard behind it.
fn waiting(deps: &Deps, events: &[OutboxRecord], delivery: &Delivery, bus: Bus) -> Option<usize> {
    let mut last = delivery.refused.iter().filter(|refusal| refusal.place >= delivery.vouched);
    let first = last.next()?.place;
    let is_alone = last.next().is_none() && delivery.undone.is_none();
    let patience = deps.settings.grace.min(PATIENCE);
    let is_old = events[first].occurred_at < before(deps.clock.now(), patience);
    let is_left = is_alone && (bus.took() || is_old);
    (!is_left).then_some(first)
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
/// Where that cannot be told, or not within half of the time that is there to publish in,
/// everything is published: a duplicate does less harm than a delay.
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
    match timeout(deadline.less(RESERVE).remaining() / 2, deps.outbox.still_pending(&keys)).await {
        Ok(Ok(pending)) => events.retain(|(_, event)| pending.contains(&event.key())),
        Ok(Err(error)) => {
            tracing::warn!(error = chain(&error), "an old batch is published unasked");
        }
        Err(_) => tracing::warn!("no answer in time: an old batch is published unasked"),
    }
    metrics::count("EventsDispatchedBefore", keys.len() - events.len());
    events
}

/// Events from before this moment are the sweeper's as well.
pub(crate) fn cutoff(deps: &Deps, now: Timestamp) -> Timestamp {
    before(now, deps.settings.grace)
}

/// The moment that lies `time` before `now`.
pub(crate) fn before(now: Timestamp, time: Duration) -> Timestamp {
    let millis = i64::try_from(time.as_millis()).unwrap_or(i64::MAX);
    Timestamp::from_millis(now.as_millis().saturating_sub(millis))
}

#[cfg(test)]
mod tests;
