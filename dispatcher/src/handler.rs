//! The dispatcher's handler: a batch of the table's stream in, the first undone record out.

use lambda_kit::deadline::Deadline;
use lambda_kit::error::{FunctionError, chain};
use lambda_kit::metrics;
use lambda_kit::stream::{Batch, BatchResponse};
use lambda_runtime::LambdaEvent;
use serde_json::Value;
use serde_json::value::RawValue;
use store::outbox::PendingEvent;

use crate::Deps;
use crate::bus::Bus;
use crate::intake::{Intake, Misfit};
use crate::relay::{Delivery, Relay};
use crate::replay::Asked;

/// Publishes the new events of a batch, in order. Returns `batchItemFailures` with the first record
/// that is not done; Lambda retries the batch from that record.
///
/// # Errors
/// `InvalidRequest` for a payload that is neither a batch of stream records nor a replay.
pub async fn handle(
    deps: &Deps,
    event: LambdaEvent<Box<RawValue>>,
) -> Result<Value, FunctionError> {
    let deadline = Deadline::of(&event.context, &*deps.clock);
    let Asked { text, replaying } = Asked::read(&event.payload, deps)?;
    let deps = replaying.as_ref().unwrap_or(deps);
    let batch = Batch::read(&text, |keys: &_, image| PendingEvent::of(keys, image, text.texts()))?;
    let intake = Intake::of(batch, deps.settings.limits);
    let mut relay = Relay { deps, deadline, bus: Bus::for_a_batch() };
    relay.dispatch(intake).await.into_json()
}

impl Relay<'_> {
    async fn dispatch<'a>(&mut self, intake: Intake<'a>) -> BatchResponse<'a> {
        let Intake { mut events, misfits, numbers } = intake;
        let stuck = self.set_aside(&misfits).await;
        events.retain(|(place, _)| stuck.is_none_or(|stuck| *place < stuck));
        let (places, events) =
            self.unpublished(events).await.into_iter().unzip::<_, _, Vec<_>, Vec<_>>();
        let delivery = self.deliver(&events).await;
        let undone =
            [delivery.undone, self.waiting(&events, &delivery)].into_iter().flatten().min();
        let first = undone.map(|at| places[at]).or(stuck);
        let first = first.and_then(|place| numbers.into_iter().nth(place));
        first.map_or_else(BatchResponse::default, BatchResponse::failed_from)
    }

    /// Parks events that can never be published. Returns the place of the first that could not even
    /// be parked.
    async fn set_aside(&self, misfits: &[(usize, Misfit)]) -> Option<usize> {
        let mut parked = 0;
        let mut stuck = None;
        for (place, Misfit { key, reason }) in misfits {
            if !self.park(key, reason).await {
                stuck = Some(*place);
                break;
            }
            parked += 1;
        }
        metrics::count("EventsParked", parked);
        stuck
    }

    /// The part of an old batch that is still to be published: after an outage, the sweeper may
    /// have published the rest.
    ///
    /// If that cannot be found out within half of the time for publishing, everything is published:
    /// a duplicate does less harm than a delay.
    async fn unpublished<'a>(
        &self,
        mut events: Vec<(usize, PendingEvent<'a>)>,
    ) -> Vec<(usize, PendingEvent<'a>)> {
        let old = self.deps.asked_before(self.deps.clock.now());
        if events.iter().all(|(_, event)| event.occurred_at >= old) {
            return events;
        }
        let keys: Vec<_> = events.iter().map(|(_, event)| &event.key).collect();
        let asking = self.deps.outbox.still_pending(&keys);
        let pending = self.end_of_publishing().part(2).call(asking).await;
        let before = events.len();
        match pending {
            Ok(pending) => events.retain(|(_, event)| pending.contains(&event.key)),
            Err(error) => {
                tracing::warn!(error = chain(&error), "an old batch is published without a check");
            }
        }
        metrics::count("EventsDispatchedBefore", before - events.len());
        events
    }

    /// The first event that the bus refuses for now and that the batch must wait for.
    ///
    /// An event that is refused while the bus takes others is left to the sweeper and holds up no
    /// other event. Refusals at the end of a batch may be the beginning of an outage, so the batch
    /// waits. The batch also waits if a single event is refused, but only for a minute: the event
    /// itself may be at fault, and bisecting leaves it alone with the shard behind it.
    fn waiting(&self, events: &[PendingEvent<'_>], delivery: &Delivery) -> Option<usize> {
        let first = *delivery.unvouched.iter().min()?;
        let is_alone = delivery.unvouched.len() == 1 && delivery.undone.is_none();
        let latest = self.deps.settings.left_alone_before(self.deps.clock.now());
        let is_old = events[first].occurred_at < latest;
        let is_left = is_alone && (self.bus.took() || is_old);
        (!is_left).then_some(first)
    }
}

#[cfg(test)]
mod tests;
