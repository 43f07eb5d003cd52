//! Takes events from the outbox to the bus: publishes call by call, parks what the bus refuses for
//! good, marks what it took, goes past what it refuses for now, and stops where it is down.

use std::collections::HashSet;
use std::time::Duration;

use lambda_kit::deadline::Deadline;
use lambda_kit::error::chain;
use lambda_kit::metrics;
use lambda_kit::spans;
use store::StoreError;
use store::outbox::{OutboxKey, OutboxRecord};
use tokio::time::timeout_at;

use crate::Deps;
use crate::bus::Bus;
use crate::packing::{calls, size};
use crate::publishing::{Outcome, publish};

/// What is kept free of publishing, to park and to mark in.
pub(crate) const RESERVE: Duration = Duration::from_secs(2);

/// What became of the events.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Delivery {
    /// How many the bus took.
    pub(crate) published: usize,
    /// How many were marked as published, these and earlier ones.
    pub(crate) marked: usize,
    /// How many the bus refused for good: they are parked.
    pub(crate) parked: usize,
    /// The events that the bus refuses for now.
    pub(crate) refused: Vec<Refusal>,
    /// So many events from the first on, the bus took others after it had refused these, or beside
    /// them.
    pub(crate) vouched: usize,
    /// The first event that was not sent, not answered for, or not parked though it was to be.
    pub(crate) undone: Option<usize>,
    /// How many events are not done: refused for now, or undone.
    pub(crate) left: usize,
}

/// An event that the bus does not take for now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    /// Its place among the events.
    pub(crate) place: usize,
    /// What the bus says.
    pub(crate) reason: String,
}

/// What became of one event.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Fate {
    /// The bus took it, now or earlier.
    Published,
    Parked,
    Refused(String),
    Undone,
}

/// Publishes the events in order, and marks them. A mark that fails does not undo a delivery: the
/// event is remembered, and not published again by this process.
pub(crate) async fn deliver(
    deps: &Deps,
    events: &[OutboxRecord],
    bus: &mut Bus,
    deadline: Deadline,
) -> Delivery {
    spans::link(events.iter().filter_map(|event| event.trace_header.as_deref()));
    let known: Vec<_> = events.iter().map(|event| deps.unmarked.holds(&event.key())).collect();
    let open: Vec<usize> = (0..events.len()).filter(|place| !known[*place]).collect();
    let sent: Vec<_> = open.iter().map(|place| &events[*place]).collect();
    let sending = send(deps, &sent, bus, deadline).await;
    let mut fates = vec![Fate::Published; events.len()];
    for (place, fate) in open.iter().zip(sending.fates) {
        fates[*place] = fate;
    }
    let vouched = open.get(sending.vouched).copied().unwrap_or(events.len());
    let published = count(&fates, &Fate::Published) - known.iter().filter(|known| **known).count();
    let marked = mark(deps, events, &known, &fates, deadline).await;
    let delivery = Delivery { published, marked, vouched, ..Delivery::of(fates) };
    delivery.count();
    delivery
}

/// How the events that were not published before have fared.
struct Sending {
    fates: Vec<Fate>,
    /// So many of them from the first on, the bus took others later or at the same time.
    vouched: usize,
}

async fn send(deps: &Deps, events: &[&OutboxRecord], bus: &mut Bus, deadline: Deadline) -> Sending {
    let until = deadline.less(RESERVE);
    let mut sending = Sending { fates: Vec::with_capacity(events.len()), vouched: 0 };
    for call in calls(events.iter().map(|event| size(event)), deps.settings.limits) {
        let is_stuck = bus.is_in_order() && sending.fates.contains(&Fate::Undone);
        if is_stuck || bus.is_down() || until.has_passed() {
            break;
        }
        let outcomes = publish(&*deps.publisher, &events[call.clone()], until).await;
        if bus.note(&outcomes) {
            sending.vouched = call.end;
        }
        for (event, outcome) in events[call].iter().zip(outcomes) {
            sending.fates.push(fate(deps, event, outcome, deadline).await);
        }
    }
    sending.fates.resize(events.len(), Fate::Undone);
    sending
}

/// Parks an event. False where that was not possible: then the event is not done.
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

async fn fate(deps: &Deps, event: &OutboxRecord, outcome: Outcome, deadline: Deadline) -> Fate {
    match outcome {
        Outcome::Taken => Fate::Published,
        Outcome::Refused(reason) if park(deps, &event.key(), &reason, deadline).await => {
            Fate::Parked
        }
        Outcome::Refused(_) => Fate::Undone,
        Outcome::NotNow(reason) => {
            tracing::warn!(event = %event.key(), reason, "the bus does not take an event for now");
            Fate::Refused(reason)
        }
        Outcome::Unheard(reason) => {
            tracing::warn!(event = %event.key(), reason, "an event was not published");
            Fate::Undone
        }
    }
}

/// Marks what is published, as far as the time goes. How many are marked, by this or by an earlier
/// call.
///
/// Marks that failed before are tried again only when their wait is over.
async fn mark(
    deps: &Deps,
    events: &[OutboxRecord],
    known: &[bool],
    fates: &[Fate],
    deadline: Deadline,
) -> usize {
    let is_due = deps.unmarked.is_due(deps.clock.now());
    let each = events.iter().zip(known).zip(fates);
    let to_mark =
        each.filter(|((_, known), fate)| **fate == Fate::Published && (is_due || !**known));
    let keys: Vec<_> = to_mark.map(|((event, _), _)| event.key()).collect();
    if keys.is_empty() {
        return 0;
    }
    let failed = failed_marks(deps, &keys, deadline).await;
    metrics::count("MarksLeftToTheSweeper", failed.len());
    deps.unmarked.note(&keys, &failed);
    keys.len() - failed.len()
}

/// Marks events; those whose marks failed.
async fn failed_marks(deps: &Deps, keys: &[OutboxKey], deadline: Deadline) -> HashSet<OutboxKey> {
    let now = deps.clock.now();
    let marking = deps.outbox.mark_dispatched(keys, now);
    let Ok(report) = timeout_at(deadline.instant(), marking).await else {
        tracing::warn!(events = keys.len(), "published events were not marked in time");
        return keys.iter().cloned().collect();
    };
    for (key, error) in &report.failed {
        tracing::warn!(%key, error = chain(error), "a published event was not marked");
    }
    let for_good = |(_, error): &&(_, StoreError)| matches!(error, StoreError::Rejected { .. });
    let refused = report.failed.iter().filter(for_good).count();
    metrics::count("MarksRefused", refused);
    match refused {
        0 => deps.unmarked.recover(),
        _ => deps.unmarked.back_off(now),
    }
    report.failed.into_iter().map(|(key, _)| key).collect()
}

fn count(fates: &[Fate], wanted: &Fate) -> usize {
    fates.iter().filter(|fate| *fate == wanted).count()
}

impl Delivery {
    fn of(fates: Vec<Fate>) -> Self {
        let parked = count(&fates, &Fate::Parked);
        let undone = fates.iter().position(|fate| *fate == Fate::Undone);
        let left = fates.len() - parked - count(&fates, &Fate::Published);
        let refusal = |(place, fate)| match fate {
            Fate::Refused(reason) => Some(Refusal { place, reason }),
            _ => None,
        };
        let refused = fates.into_iter().enumerate().filter_map(refusal).collect();
        Self { parked, undone, left, refused, ..Self::default() }
    }

    fn count(&self) {
        metrics::count("EventsPublished", self.published);
        metrics::count("EventsParked", self.parked);
        metrics::count("EventsRefusedForNow", self.refused.len());
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::Limits;
    use crate::fakes::{Marks, World, event};

    async fn delivered(deps: &Deps, events: &[OutboxRecord], time: Duration) -> Delivery {
        deliver(deps, events, &mut Bus::for_a_batch(), Deadline::after(time)).await
    }

    #[tokio::test]
    async fn an_event_that_was_marked_before_counts_as_marked() {
        let events = [event("trip-1", 1), event("trip-1", 2)];
        let deps = Arc::new(World::of(&events[1..])).deps(Limits::default());
        let delivery = delivered(&deps, &events, Duration::from_secs(60)).await;
        let all = Delivery { published: 2, marked: 2, vouched: 2, ..Delivery::default() };
        assert_eq!(delivery, all);
    }

    #[tokio::test(start_paused = true)]
    async fn events_that_the_deadline_leaves_unsent_are_undone() {
        let world = Arc::new(World::default());
        let deps = world.deps(Limits::default());
        let delivery = delivered(&deps, &[event("trip-1", 1)], Duration::ZERO).await;
        assert_eq!(delivery, Delivery { undone: Some(0), left: 1, ..Delivery::default() });
        assert_eq!(world.published(), []);
    }

    #[tokio::test]
    async fn what_could_not_be_marked_is_not_published_again() {
        let events = [event("trip-1", 1), event("trip-1", 2)];
        let world = World { marks: Marks::Refused.into(), ..World::of(&events) };
        let world = Arc::new(world);
        let deps = world.deps(Limits::default());
        let first = delivered(&deps, &events[..1], Duration::from_secs(60)).await;
        assert_eq!((first.published, first.marked, first.left), (1, 0, 0));
        let second = delivered(&deps, &events, Duration::from_secs(60)).await;
        assert_eq!((second.published, second.marked, second.left), (1, 0, 0));
        assert_eq!(world.published(), [events[0].key(), events[1].key()]);
    }
}
