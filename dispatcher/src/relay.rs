//! Takes events from the outbox to the bus: publishes several calls at a time, parks what the bus
//! refuses for good, marks what it took, skips what it refuses for now, and stops if it is down.

use std::collections::HashSet;
use std::time::Duration;

use futures::StreamExt;
use futures::stream::FuturesUnordered;
use lambda_kit::deadline::Deadline;
use lambda_kit::error::chain;
use lambda_kit::metrics;
use lambda_kit::spans;
use store::StoreError;
use store::outbox::{OutboxKey, PendingEvent};

use crate::Deps;
use crate::attempts::{Attempts, Outcome};
use crate::bus::Bus;
use crate::ordering::Order;
use crate::packing::{Calls, Queue};
use crate::sending::{EventFate, Landed, Sending, count};

/// The time that publishing leaves for parking and marking.
const RESERVE: Duration = Duration::from_secs(2);

/// The result for all events.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Delivery {
    /// How many the bus took.
    pub(crate) published: usize,
    /// How many were marked as published, including earlier ones.
    pub(crate) marked: usize,
    /// How many were parked, because the bus refused them for good.
    pub(crate) parked: usize,
    /// The events that the bus refuses for now.
    pub(crate) refused: Vec<Refusal>,
    /// The places of those among them after which the bus took nothing and refused nothing for
    /// good, neither in the same call nor in one that ended later.
    pub(crate) unvouched: Vec<usize>,
    /// The first event that was not sent, had no answer, or should have been parked but was not.
    pub(crate) undone: Option<usize>,
    /// How many wait for an event before them in their trip.
    pub(crate) held: usize,
    /// How many events are not done: refused for now, held or undone.
    pub(crate) left: usize,
}

/// An event that the bus refuses for now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    /// Its place among the events.
    pub(crate) place: usize,
    /// The bus's reason.
    pub(crate) reason: String,
}

/// The way from the outbox to the bus, for one batch or one sweep.
pub(crate) struct Relay<'a> {
    pub(crate) deps: &'a Deps,
    /// When the batch or the sweep must have ended.
    pub(crate) deadline: Deadline,
    /// The state of the bus, as this batch or sweep has observed it.
    pub(crate) bus: Bus,
}

impl Relay<'_> {
    /// When publishing must have ended, to leave time to park and to mark.
    pub(crate) fn end_of_publishing(&self) -> Deadline {
        self.deadline.less(RESERVE)
    }

    /// Publishes the events in order and marks them. A failed mark does not undo a delivery: this
    /// process remembers the event and does not publish it again.
    pub(crate) async fn deliver(&mut self, events: &[PendingEvent<'_>]) -> Delivery {
        spans::link(events.iter().filter_map(|event| event.traceparent.as_deref()));
        let unmarked = &self.deps.unmarked;
        let known: Vec<_> = events.iter().map(|event| unmarked.holds(&event.key)).collect();
        let open: Vec<usize> = (0..events.len()).filter(|place| !known[*place]).collect();
        let sent: Vec<_> = open.iter().map(|place| &events[*place]).collect();
        let traced = sent.iter().map(|event| (&*event.event_type, event.traceparent.as_deref()));
        let publishing = spans::publishing(traced);
        let sending = self.send(&sent).await;
        drop(publishing);
        let also = sending.also;
        let mut fates = vec![EventFate::Published; events.len()];
        for (place, fate) in open.iter().zip(sending.fates) {
            fates[*place] = fate;
        }
        let unvouched = sending.unvouched.into_iter().map(|place| open[place]).collect();
        let before = known.iter().filter(|known| **known).count();
        let published = count(&fates, &EventFate::Published) - before + also.len();
        let marked = self.mark(events, &known, &fates, &also).await;
        let delivery = Delivery { published, marked, unvouched, ..Delivery::of(fates) };
        delivery.count();
        delivery
    }

    async fn send(&mut self, events: &[&PendingEvent<'_>]) -> Sending {
        let limits = self.deps.settings.limits;
        let Some(on_the_bus) = &self.deps.on_the_bus else {
            return self.make(events, Queue::new(events, limits)).await;
        };
        let until = self.end_of_publishing().part(2);
        let order = Order::of(self.deps, on_the_bus, until, events).await;
        let mut all: Vec<&PendingEvent<'_>> = events.to_vec();
        for event in order.brought() {
            all.push(event);
        }
        let sending = self.make(&all, order.lanes(&all, limits)).await;
        order.settle(sending, events.len(), on_the_bus)
    }

    /// Makes the calls that hold these events.
    async fn make(&mut self, events: &[&PendingEvent<'_>], mut calls: impl Calls) -> Sending {
        let mut sending = Sending::of(events.len());
        let mut in_flight = FuturesUnordered::new();
        let mut bus = self.bus;
        loop {
            let is_stuck = bus.is_in_order() && sending.is_stuck;
            let goes_on = !is_stuck && !bus.is_down() && !self.end_of_publishing().has_passed();
            while goes_on
                && in_flight.len() < bus.width()
                && let Some(call) = calls.next()
            {
                in_flight.push(self.fly(events, call));
            }
            let Some(landed) = in_flight.next().await else { break };
            calls.land(&landed.call, &landed.outcomes);
            let vouches = bus.note(&landed.outcomes);
            sending.note(landed, vouches);
        }
        drop(in_flight);
        self.bus = bus;
        sending
    }

    /// Makes one call, and parks what the bus refuses for good.
    async fn fly(&self, events: &[&PendingEvent<'_>], call: Vec<usize>) -> Landed {
        let until = self.end_of_publishing();
        let attempts = Attempts { publisher: &*self.deps.publisher, until };
        let sent: Vec<_> = call.iter().map(|place| events[*place]).collect();
        let outcomes = attempts.publish(&sent).await;
        let mut fates = Vec::with_capacity(call.len());
        for (event, outcome) in sent.into_iter().zip(&outcomes) {
            fates.push(self.fate(&event.key, outcome).await);
        }
        Landed { call, outcomes, fates }
    }

    async fn fate(&self, key: &OutboxKey, outcome: &Outcome) -> EventFate {
        match outcome {
            Outcome::Taken => EventFate::Published,
            Outcome::Refused(reason) if self.park(key, reason).await => EventFate::Parked,
            Outcome::Refused(_) => EventFate::Undone,
            Outcome::NotNow(reason) => {
                tracing::warn!(event = %key, reason, "the bus does not take an event for now");
                EventFate::Refused(reason.clone())
            }
            Outcome::Unheard(reason) | Outcome::Closed(reason) => {
                tracing::warn!(event = %key, reason, "an event was not published");
                EventFate::Undone
            }
        }
    }

    /// Parks an event. Returns `false` if that fails: then the event is not done.
    pub(crate) async fn park(&self, key: &OutboxKey, reason: &str) -> bool {
        tracing::error!(%key, reason, "an event cannot be published and is parked");
        let parking = self.deps.outbox.park(key, reason, self.deps.clock.now());
        let parked = self.deadline.call(parking).await;
        if let Err(error) = &parked {
            tracing::warn!(%key, error = chain(error), "an event was not parked");
        }
        parked.is_ok()
    }

    /// Marks what is published, as far as time allows. Returns how many are marked, by this or by
    /// an earlier call.
    ///
    /// Marks that failed before are retried only after their wait.
    async fn mark(
        &self,
        events: &[PendingEvent<'_>],
        known: &[bool],
        fates: &[EventFate],
        also: &[OutboxKey],
    ) -> usize {
        let is_due = self.deps.unmarked.is_due(self.deps.clock.now());
        let each = events.iter().zip(known).zip(fates);
        let to_mark = each
            .filter(|((_, known), fate)| **fate == EventFate::Published && (is_due || !**known));
        let keys: Vec<_> = to_mark.map(|((event, _), _)| &event.key).chain(also).collect();
        if keys.is_empty() {
            return 0;
        }
        let failed = self.failed_marks(&keys).await;
        metrics::count("MarksLeftToTheSweeper", failed.len());
        self.deps.unmarked.note(&keys, &failed);
        keys.len() - failed.len()
    }

    /// Marks events; returns those whose marks failed.
    async fn failed_marks(&self, keys: &[&OutboxKey]) -> HashSet<OutboxKey> {
        let now = self.deps.clock.now();
        let marking = self.deps.outbox.mark_dispatched(keys, now);
        let Some(report) = self.deadline.within(marking).await else {
            tracing::warn!(events = keys.len(), "published events were not marked in time");
            return keys.iter().map(|key| (*key).clone()).collect();
        };
        for (key, error) in &report.failed {
            tracing::warn!(%key, error = chain(error), "a published event was not marked");
        }
        let for_good = |(_, error): &&(_, StoreError)| matches!(error, StoreError::Rejected { .. });
        let refused = report.failed.iter().filter(for_good).count();
        metrics::count("MarksRefused", refused);
        match refused {
            0 => self.deps.unmarked.recover(),
            _ => self.deps.unmarked.back_off(now),
        }
        report.failed.into_iter().map(|(key, _)| key).collect()
    }
}

impl Delivery {
    fn of(fates: Vec<EventFate>) -> Self {
        let parked = count(&fates, &EventFate::Parked);
        let held = count(&fates, &EventFate::Held);
        let undone = fates.iter().position(|fate| *fate == EventFate::Undone);
        let left = fates.len() - parked - count(&fates, &EventFate::Published);
        let refusal = |(place, fate)| match fate {
            EventFate::Refused(reason) => Some(Refusal { place, reason }),
            _ => None,
        };
        let refused = fates.into_iter().enumerate().filter_map(refusal).collect();
        Self { parked, undone, held, left, refused, ..Self::default() }
    }

    fn count(&self) {
        metrics::count("EventsPublished", self.published);
        metrics::count("EventsParked", self.parked);
        metrics::count("EventsRefusedForNow", self.refused.len());
        metrics::count("EventsHeldBack", self.held);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use store::outbox::OutboxRecord;

    use super::*;
    use crate::Limits;
    use crate::fakes::{Marks, World, event};

    async fn delivered(deps: &Deps, events: &[OutboxRecord], time: Duration) -> Delivery {
        let (deadline, bus) = (Deadline::after(time), Bus::for_a_batch());
        let events: Vec<_> = events.iter().cloned().map(PendingEvent::from).collect();
        Relay { deps, deadline, bus }.deliver(&events).await
    }

    #[tokio::test]
    async fn an_event_that_was_marked_before_counts_as_marked() {
        let events = [event("trip-1", 1), event("trip-1", 2)];
        let deps = Arc::new(World::of(&events[1..])).deps(Limits::default());
        let delivery = delivered(&deps, &events, Duration::from_secs(60)).await;
        let all = Delivery { published: 2, marked: 2, ..Delivery::default() };
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
