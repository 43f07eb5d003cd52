//! Events that the bus repeatedly refuses for now while it takes others: they stay pending, and are
//! parked after a day of that.

use domain::Timestamp;
use lambda_kit::error::chain;
use lambda_kit::metrics;
use store::outbox::{OutboxKey, PendingEvent};

use crate::relay::{Refusal, Relay};

/// The events that the bus refuses for now, and its reasons.
#[derive(Default)]
pub(super) struct Refusals(Vec<(PendingEvent<'static>, String)>);

impl Refusals {
    /// Adds the refused events among `events`.
    pub(super) fn add(&mut self, events: &[PendingEvent<'static>], refused: Vec<Refusal>) {
        let refused = refused.into_iter();
        self.0.extend(refused.map(|refusal| (events[refusal.place].clone(), refusal.reason)));
    }

    /// Records since when events are refused, parks those refused for long enough, and returns how
    /// many it parked.
    pub(super) async fn settle(self, relay: &Relay<'_>, now: Timestamp) -> usize {
        let latest = relay.deps.settings.parked_since(now);
        let mut parked = 0;
        for (event, reason) in self.0 {
            match event.refused_since {
                None => note(relay, &event.key, now).await,
                Some(since) if since <= latest => {
                    let told = "while it took others";
                    let reason = format!("the bus has refused it since {since} {told}: {reason}");
                    parked += usize::from(relay.park(&event.key, &reason).await);
                }
                Some(_) => {}
            }
        }
        metrics::count("EventsParked", parked);
        parked
    }
}

/// If a refusal cannot be recorded now, the next sweep records it.
async fn note(relay: &Relay<'_>, key: &OutboxKey, now: Timestamp) {
    let noting = relay.deps.outbox.note_refusal(key, now);
    if let Err(error) = relay.deadline.call(noting).await {
        tracing::warn!(%key, error = chain(&error), "a refusal was not recorded");
    }
}
