//! Takes events from the outbox to the bus: publishes call by call, parks what the bus refuses for
//! good, marks what it took, and stops at the first event that it cannot get past.

use std::time::Duration;

use lambda_kit::deadline::Deadline;
use lambda_kit::error::chain;
use lambda_kit::metrics;
use lambda_kit::spans;
use store::outbox::{OutboxKey, OutboxRecord};
use tokio::time::timeout_at;

use crate::Deps;
use crate::packing::{calls, size};
use crate::publisher::Answer;
use crate::publishing::publish;

/// What is kept free of publishing, to park and to mark in.
pub(crate) const RESERVE: Duration = Duration::from_secs(2);

/// What became of the events.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Delivery {
    /// How many the bus took.
    pub published: usize,
    /// How many were marked as published; the sweeper meets the rest of them again.
    pub marked: usize,
    /// How many the bus refused for good: they are set aside.
    pub parked: usize,
    /// The first event that is neither published nor parked: all from it on have to come again.
    pub undone: Option<usize>,
}

/// What became of one event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    Published,
    Parked,
    Undone,
}

/// Publishes the events in order, and marks them. A mark that fails does not undo a delivery.
pub async fn deliver(deps: &Deps, events: &[OutboxRecord], deadline: Deadline) -> Delivery {
    spans::link(events.iter().filter_map(|event| event.trace_header.as_deref()));
    let until = deadline.less(RESERVE);
    let mut fates = Vec::with_capacity(events.len());
    for call in calls(events.iter().map(size), deps.settings.limits) {
        if fates.contains(&Fate::Undone) || until.has_passed() {
            break;
        }
        let answers = publish(&*deps.publisher, &events[call.clone()], until).await;
        for (event, answer) in events[call].iter().zip(answers) {
            fates.push(fate(deps, event, answer, deadline).await);
        }
    }
    let taken = published(events, &fates);
    let delivery = Delivery {
        published: taken.len(),
        marked: mark(deps, &taken, deadline).await,
        parked: fates.iter().filter(|fate| **fate == Fate::Parked).count(),
        undone: first_undone(&fates, events.len()),
    };
    delivery.count();
    delivery
}

/// Sets an event aside. False where that was not possible: then the event is not done.
pub(crate) async fn park(deps: &Deps, key: &OutboxKey, reason: &str, deadline: Deadline) -> bool {
    tracing::error!(%key, reason, "an event cannot be published and is parked");
    let parked = deps.outbox.park(key, reason, deps.clock.now());
    match timeout_at(deadline.instant(), parked).await {
        Ok(Ok(_)) => return true,
        Ok(Err(error)) => tracing::warn!(%key, error = chain(&error), "an event was not parked"),
        Err(_) => tracing::warn!(%key, "an event was not parked in time"),
    }
    false
}

async fn fate(deps: &Deps, event: &OutboxRecord, answer: Answer, deadline: Deadline) -> Fate {
    match answer {
        Answer::Accepted => Fate::Published,
        Answer::Refused(reason) if park(deps, &event.key(), &reason, deadline).await => {
            Fate::Parked
        }
        Answer::Refused(_) => Fate::Undone,
        Answer::TryAgain(reason) => {
            tracing::warn!(event = %event.key(), reason, "an event was not published");
            Fate::Undone
        }
    }
}

fn published(events: &[OutboxRecord], fates: &[Fate]) -> Vec<OutboxKey> {
    let taken = events.iter().zip(fates).filter(|(_, fate)| **fate == Fate::Published);
    taken.map(|(event, _)| event.key()).collect()
}

fn first_undone(fates: &[Fate], events: usize) -> Option<usize> {
    let stopped_before = (fates.len() < events).then_some(fates.len());
    fates.iter().position(|fate| *fate == Fate::Undone).or(stopped_before)
}

/// Marks the events, as far as the time goes. How many are marked, by this or by an earlier call.
async fn mark(deps: &Deps, keys: &[OutboxKey], deadline: Deadline) -> usize {
    if keys.is_empty() {
        return 0;
    }
    let marking = deps.outbox.mark_dispatched(keys, deps.clock.now());
    let Ok(report) = timeout_at(deadline.instant(), marking).await else {
        tracing::warn!(events = keys.len(), "published events were not marked in time");
        return 0;
    };
    for (key, error) in &report.failed {
        tracing::warn!(%key, error = chain(error), "a published event was not marked");
    }
    report.marked + report.already
}

impl Delivery {
    fn count(&self) {
        metrics::count("EventsPublished", self.published);
        metrics::count("EventsParked", self.parked);
        metrics::count("MarksLeftToTheSweeper", self.published.saturating_sub(self.marked));
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::Limits;
    use crate::fakes::{World, event};

    #[tokio::test]
    async fn an_event_that_was_marked_before_counts_as_marked() {
        let events = [event("trip-1", 1), event("trip-1", 2)];
        let deps = Arc::new(World::of(&events[1..])).deps(Limits::default());
        let delivery = deliver(&deps, &events, Deadline::after(Duration::from_secs(60))).await;
        assert_eq!(delivery, Delivery { published: 2, marked: 2, ..Delivery::default() });
    }

    #[tokio::test(start_paused = true)]
    async fn events_that_the_deadline_leaves_unsent_are_undone() {
        let world = Arc::new(World::default());
        let deps = world.deps(Limits::default());
        let delivery = deliver(&deps, &[event("trip-1", 1)], Deadline::after(Duration::ZERO)).await;
        assert_eq!(delivery, Delivery { undone: Some(0), ..Delivery::default() });
        assert_eq!(world.published(), []);
    }
}
