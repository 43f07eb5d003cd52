//! Packs events into as few calls as their order, number and size allow.

use std::collections::{HashMap, VecDeque};

use store::outbox::PendingEvent;

use crate::attempts::Outcome;

/// What one call may carry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The most entries; 10 by default.
    pub entries: usize,
    /// The most bytes of all entries together; 1 MB by default.
    pub bytes: usize,
}

/// The most bytes that an ordered bus's call has around its entries, and around each event: names
/// of members, the bus, the trip's id once more.
const AROUND_A_CALL: usize = 1_100;
const AROUND_AN_EVENT: usize = 300;

impl Limits {
    /// What one call to an ordered bus may carry: 100 entries, and 1,048,576 bytes with all that is
    /// around the events.
    #[must_use]
    pub const fn of_an_ordered_bus() -> Self {
        let entries = 100;
        Self { entries, bytes: 1024 * 1024 - AROUND_A_CALL - entries * AROUND_AN_EVENT }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self { entries: 10, bytes: 1024 * 1024 }
    }
}

/// Which events are in which call.
pub(crate) trait Calls {
    /// The places of the next call's events; none if nothing may be sent until a call has landed.
    fn next(&mut self) -> Option<Vec<usize>>;

    /// Takes note of a call that has landed.
    fn land(&mut self, call: &[usize], outcomes: &[Outcome]);
}

/// The events that are still to be sent: those of one trip in order, one trip after the other.
#[derive(Debug)]
pub(crate) struct Queue<'e> {
    events: &'e [&'e PendingEvent<'e>],
    /// The trip of each event, as a number.
    trips: Vec<usize>,
    waiting: VecDeque<usize>,
    /// Whether a trip is in a call in flight, by its number.
    busy: Vec<bool>,
    limits: Limits,
}

impl<'e> Queue<'e> {
    pub(crate) fn new(events: &'e [&'e PendingEvent<'e>], limits: Limits) -> Self {
        let mut numbers = HashMap::with_capacity(events.len());
        let mut number = |event: &'e &PendingEvent<'e>| {
            let next = numbers.len();
            *numbers.entry(&event.key.trip_id).or_insert(next)
        };
        let trips: Vec<_> = events.iter().map(&mut number).collect();
        let busy = vec![false; numbers.len()];
        // A trip's events go together, so that few calls wait for another with the same trip.
        let mut waiting: Vec<_> = (0..events.len()).collect();
        waiting.sort_by_key(|place| trips[*place]);
        Self { events, trips, waiting: waiting.into(), busy, limits }
    }

    fn set_busy(&mut self, call: &[usize], is_busy: bool) {
        for place in call {
            self.busy[self.trips[*place]] = is_busy;
        }
    }
}

impl Calls for Queue<'_> {
    /// The places of the next call's events, trip by trip. It takes as many as fit, which gives
    /// the fewest calls that keep each trip's order. An event that is too large by itself gets its
    /// own call.
    ///
    /// The trips of calls in flight are passed over, so that no trip is in two calls at once. A
    /// call that could not be filled for that reason waits: there is none until one has landed.
    fn next(&mut self) -> Option<Vec<usize>> {
        let (mut call, mut skipped) = (Vec::with_capacity(self.limits.entries), Vec::new());
        let mut bytes = 0;
        let mut is_full = false;
        while !is_full && let Some(place) = self.waiting.pop_front() {
            let event = self.events[place];
            if self.busy[self.trips[place]] {
                skipped.push(place);
                continue;
            }
            let fits = call.is_empty() || bytes + event.size() <= self.limits.bytes;
            if fits {
                bytes += event.size();
                call.push(place);
            } else {
                self.waiting.push_front(place);
            }
            is_full = !fits || call.len() == self.limits.entries;
        }
        let is_sent = !call.is_empty() && (is_full || skipped.is_empty());
        if !is_sent {
            skipped.append(&mut call);
            skipped.sort_unstable_by_key(|place| (self.trips[*place], *place));
        }
        skipped.into_iter().rev().for_each(|place| self.waiting.push_front(place));
        self.set_busy(&call, true);
        is_sent.then_some(call)
    }

    /// Frees the trips of the call.
    fn land(&mut self, call: &[usize], _: &[Outcome]) {
        self.set_busy(call, false);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::fakes::event;

    /// The fewest calls, found by trying every split.
    fn fewest(sizes: &[usize], limits: Limits) -> usize {
        let mut best = vec![0; sizes.len() + 1];
        for end in 1..=sizes.len() {
            let starts = (0..end).filter(|&start| fits(&sizes[start..end], limits));
            best[end] = starts.map(|start| best[start] + 1).min().unwrap();
        }
        best[sizes.len()]
    }

    fn fits(sizes: &[usize], limits: Limits) -> bool {
        sizes.len() <= limits.entries && sizes.iter().sum::<usize>() <= limits.bytes
    }

    /// Events of these trips, each with so many bytes more than the smallest.
    fn events(trips_and_bytes: &[(u8, usize)]) -> Vec<PendingEvent<'static>> {
        let sized = |(trip, bytes): &(u8, usize)| {
            let event_type = "t".repeat(*bytes).into();
            PendingEvent { event_type, ..event(&format!("trip-{trip}"), 1).into() }
        };
        trips_and_bytes.iter().map(sized).collect()
    }

    /// The bytes of an event without a type.
    fn least() -> usize {
        events(&[(0, 0)])[0].size()
    }

    /// The calls, each of which lands before the next is sent.
    fn one_by_one(sizes: &[usize], limits: Limits) -> Vec<Vec<usize>> {
        let trips: Vec<_> = sizes.iter().map(|size| (0, *size)).collect();
        let events = events(&trips);
        let events: Vec<_> = events.iter().collect();
        let mut queue = Queue::new(&events, limits);
        let mut calls = Vec::new();
        while let Some(call) = queue.next() {
            queue.land(&call, &[]);
            calls.push(call);
        }
        calls
    }

    fn limits_and_sizes() -> impl Strategy<Value = (Limits, Vec<usize>)> {
        (1_usize..12, 1_usize..3).prop_flat_map(|(entries, events)| {
            let (least, most) = (least(), events * 2 * least());
            let sizes = prop::collection::vec(0..=most - least, 0..40);
            (Just(Limits { entries, bytes: most }), sizes)
        })
    }

    proptest! {
        #[test]
        fn no_call_breaks_a_limit_and_none_could_be_saved((limits, sizes) in limits_and_sizes()) {
            let calls = one_by_one(&sizes, limits);
            let whole: Vec<_> = sizes.iter().map(|size| size + least()).collect();
            let mut sent = 0;
            for call in &calls {
                prop_assert!(fits(&whole[sent..sent + call.len()], limits));
                sent += call.len();
            }
            prop_assert_eq!(calls.len(), fewest(&whole, limits));
            prop_assert_eq!(calls.concat(), (0..sizes.len()).collect::<Vec<_>>());
        }

        #[test]
        fn no_trip_is_in_two_calls_and_each_keeps_its_order(
            trips in prop::collection::vec((0_u8..20, 0_usize..200), 0..60),
            landings in prop::collection::vec(any::<prop::sample::Index>(), 60),
            entries in 1_usize..12,
        ) {
            let events = events(&trips);
            let events: Vec<_> = events.iter().collect();
            let mut queue = Queue::new(&events, Limits { entries, bytes: 3 * least() });
            let (mut in_flight, mut sent) = (Vec::<Vec<usize>>::new(), Vec::<usize>::new());
            for landing in landings {
                while let Some(call) = queue.next() {
                    let busy: Vec<_> = in_flight.iter().flatten().map(|place| trips[*place].0).collect();
                    prop_assert!(call.iter().all(|place| !busy.contains(&trips[*place].0)));
                    sent.extend(&call);
                    in_flight.push(call);
                }
                if in_flight.is_empty() {
                    break;
                }
                let landed = in_flight.remove(landing.index(in_flight.len()));
                queue.land(&landed, &[]);
            }
            prop_assert_eq!(sent.len(), trips.len());
            sent.sort_by_key(|place| trips[*place].0);
            let of_one_trip = |pair: &[usize]| trips[pair[0]].0 == trips[pair[1]].0;
            prop_assert!(sent.windows(2).all(|pair| !of_one_trip(pair) || pair[0] < pair[1]));
        }
    }

    #[test]
    fn a_thousand_small_events_are_a_hundred_calls() {
        assert_eq!(one_by_one(&[1_450; 1_000], Limits::default()).len(), 100);
    }

    #[test]
    fn few_large_events_are_split_by_their_bytes() {
        let calls = one_by_one(&[300_000; 7], Limits::default());
        assert_eq!(calls, [vec![0, 1, 2], vec![3, 4, 5], vec![6]]);
    }

    #[test]
    fn an_event_too_large_for_any_call_stands_alone() {
        let limits = Limits { entries: 10, bytes: 2 * least() + 100 };
        assert_eq!(one_by_one(&[10, 2 * least(), 10], limits), [[0], [1], [2]]);
    }

    #[test]
    fn the_events_of_a_trip_go_together() {
        let events = events(&[(1, 0), (2, 0), (1, 0), (3, 0)]);
        let events: Vec<_> = events.iter().collect();
        let mut queue = Queue::new(&events, Limits { entries: 2, ..Limits::default() });
        assert_eq!([queue.next(), queue.next()], [Some(vec![0, 2]), Some(vec![1, 3])]);
    }

    #[test]
    fn a_call_that_a_busy_trip_leaves_unfilled_waits() {
        let events = events(&[(1, 0), (1, 0), (1, 0), (3, 0)]);
        let events: Vec<_> = events.iter().collect();
        let mut queue = Queue::new(&events, Limits { entries: 2, ..Limits::default() });
        assert_eq!(queue.next(), Some(vec![0, 1]));
        assert_eq!(queue.next(), None);
        queue.land(&[0, 1], &[]);
        assert_eq!(queue.next(), Some(vec![2, 3]));
    }
}
