//! Packs events for an ordered bus into few calls, none of which holds two events of one trip.

use std::collections::VecDeque;

use store::outbox::PendingEvent;

use crate::attempts::Outcome;
use crate::order::Lane;
use crate::packing::{Calls, Limits};

/// The events that are still to be sent, trip by trip.
#[derive(Debug)]
pub(crate) struct Lanes<'e> {
    events: &'e [&'e PendingEvent<'e>],
    lanes: Vec<Lane<usize>>,
    /// The lane of each event.
    lane_of: Vec<usize>,
    /// The lanes with an event that may be sent now.
    ready: VecDeque<usize>,
    /// How many lanes in flight have more events to send.
    expected: usize,
    limits: Limits,
}

impl<'e> Lanes<'e> {
    /// Sends events of `events`: the places that each trip sends, in its order.
    pub(crate) fn new(
        events: &'e [&'e PendingEvent<'e>],
        trips: impl IntoIterator<Item = Vec<usize>>,
        limits: Limits,
    ) -> Self {
        let mut lane_of = vec![0; events.len()];
        let mut lanes = Vec::new();
        for places in trips {
            places.iter().for_each(|place| lane_of[*place] = lanes.len());
            lanes.push(Lane::new(places));
        }
        let ready = (0..lanes.len()).collect();
        Self { events, lanes, lane_of, ready, expected: 0, limits }
    }
}

impl Calls for Lanes<'_> {
    /// A call that is not full waits while one in flight may make more events ready, so that there
    /// are no more calls than needed.
    fn next(&mut self) -> Option<Vec<usize>> {
        let (mut call, mut bytes, mut is_full) = (Vec::new(), 0, false);
        while !is_full && let Some(lane) = self.ready.pop_front() {
            let Some(place) = self.lanes[lane].next() else { continue };
            bytes += self.events[place].size();
            let fits = call.is_empty() || bytes <= self.limits.bytes;
            if fits {
                call.push(place);
            } else {
                self.ready.push_front(lane);
            }
            is_full = !fits || call.len() == self.limits.entries;
        }
        if !is_full && self.expected > 0 {
            call.iter().rev().for_each(|place| self.ready.push_front(self.lane_of[*place]));
            return None;
        }
        for place in &call {
            let lane = &mut self.lanes[self.lane_of[*place]];
            lane.depart();
            self.expected += usize::from(lane.has_more());
        }
        (!call.is_empty()).then_some(call)
    }

    fn land(&mut self, call: &[usize], outcomes: &[Outcome]) {
        for (place, outcome) in call.iter().zip(outcomes) {
            let number = self.lane_of[*place];
            let lane = &mut self.lanes[number];
            self.expected -= usize::from(lane.has_more());
            lane.land(*outcome == Outcome::Taken);
            if lane.next().is_some() {
                self.ready.push_back(number);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::fakes::event;

    fn not_now() -> Outcome {
        Outcome::NotNow("busy".to_owned())
    }

    /// Events of so many trips, by the number that each has; the places of each trip's.
    fn trips(counts: &[usize]) -> (Vec<PendingEvent<'static>>, Vec<Vec<usize>>) {
        let (mut events, mut places) = (Vec::new(), Vec::new());
        for (trip, count) in counts.iter().enumerate() {
            places.push((events.len()..events.len() + count).collect());
            let of_trip = (1..).take(*count).map(|at| event(&format!("trip-{trip}"), at).into());
            events.extend(of_trip);
        }
        (events, places)
    }

    #[test]
    fn four_events_of_each_of_250_trips_are_ten_calls() {
        let (events, places) = trips(&[4; 250]);
        let events: Vec<_> = events.iter().collect();
        let mut lanes = Lanes::new(&events, places, Limits::of_an_ordered_bus());
        let (mut in_flight, mut calls) = (VecDeque::new(), 0);
        loop {
            while let Some(call) = lanes.next() {
                in_flight.push_back(call);
                calls += 1;
            }
            let Some(landed) = in_flight.pop_front() else { break };
            lanes.land(&landed, &vec![Outcome::Taken; landed.len()]);
        }
        assert_eq!(calls, 10);
    }

    #[test]
    fn a_call_is_full_by_its_bytes() {
        let (events, places) = trips(&[1, 1, 1]);
        let events: Vec<_> = events.iter().collect();
        let limits = Limits { entries: 9, bytes: 2 * events[0].size() };
        let mut lanes = Lanes::new(&events, places, limits);
        assert_eq!(
            [lanes.next(), lanes.next(), lanes.next()],
            [Some(vec![0, 1]), Some(vec![2]), None]
        );
    }

    proptest! {
        /// Calls land in any order, and each entry as it likes.
        #[test]
        fn an_event_is_sent_when_the_one_before_it_was_taken(
            counts in prop::collection::vec(0_usize..5, 0..12),
            landings in prop::collection::vec(any::<prop::sample::Index>(), 60),
            refused in prop::collection::vec(any::<bool>(), 60),
            entries in 1_usize..6,
        ) {
            let (events, places) = trips(&counts);
            let events: Vec<_> = events.iter().collect();
            let limits = Limits { entries, ..Limits::default() };
            let mut lanes = Lanes::new(&events, places.clone(), limits);
            let (mut in_flight, mut taken) = (Vec::<Vec<usize>>::new(), Vec::<usize>::new());
            let mut tried = vec![0; events.len()];
            for landing in landings {
                while let Some(call) = lanes.next() {
                    for place in &call {
                        tried[*place] += 1;
                        let before = places.iter().flat_map(|trip| trip.iter().take_while(|it| *it < place)
                            .filter(|_| trip.contains(place)));
                        prop_assert!(before.into_iter().all(|it| taken.contains(it)));
                    }
                    in_flight.push(call);
                }
                if in_flight.is_empty() {
                    break;
                }
                let landed = in_flight.remove(landing.index(in_flight.len()));
                let outcomes: Vec<_> = landed.iter()
                    .map(|place| if refused[*place] { not_now() } else { Outcome::Taken }).collect();
                taken.extend(landed.iter().filter(|place| !refused[**place]));
                lanes.land(&landed, &outcomes);
            }
            prop_assert!(lanes.next().is_none() && in_flight.is_empty());
            let reached = places.iter().flat_map(|trip| {
                let upto = trip.iter().position(|place| refused[*place]).map_or(trip.len(), |at| at + 1);
                &trip[..upto]
            });
            let tries: usize = reached.map(|place| tried[*place]).sum();
            prop_assert_eq!(tries, tried.iter().sum::<usize>());
            prop_assert!(tried.iter().all(|tries| *tries <= 1));
        }
    }
}
