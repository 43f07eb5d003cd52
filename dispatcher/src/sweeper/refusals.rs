//! What becomes of events that the bus refuses for now, time and again, while it takes others: they
//! stay pending, and are parked after a day of that.

use domain::Timestamp;
use lambda_kit::error::chain;
use lambda_kit::metrics;
use store::outbox::{OutboxKey, OutboxRecord};
use tokio::time::timeout_at;

use super::Sweep;
use crate::delivery::park;
use crate::handler::before;

impl Sweep<'_> {
    /// Notes since when events are refused, and parks those of which that is long enough. An outage
    /// of the bus is no refusal of its events.
    pub(super) async fn judge_refused(&mut self, now: Timestamp) {
        if self.bus.is_down() {
            return;
        }
        let latest = before(now, self.deps.settings.park_after);
        for (event, reason) in std::mem::take(&mut self.refused) {
            match event.refused_since {
                None => self.note(&event.key(), now).await,
                Some(since) if since <= latest => self.give_up(&event, since, &reason).await,
                Some(_) => {}
            }
        }
    }

    /// A refusal that is not noted now is noted by the next sweep.
    async fn note(&self, key: &OutboxKey, now: Timestamp) {
        let noting = self.deps.outbox.note_refusal(key, now);
        match timeout_at(self.deadline.instant(), noting).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => {
                tracing::warn!(%key, error = chain(&error), "a refusal was not noted");
            }
            Err(_) => tracing::warn!(%key, "a refusal was not noted in time"),
        }
    }

    async fn give_up(&mut self, event: &OutboxRecord, since: Timestamp, reason: &str) {
        let reason = format!("the bus has refused it since {since} while it took others: {reason}");
        if park(self.deps, &event.key(), &reason, self.deadline).await {
            metrics::count("EventsParked", 1);
            self.report.parked += 1;
            self.report.failed -= 1;
        }
    }
}
