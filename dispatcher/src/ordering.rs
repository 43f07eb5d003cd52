//! Events for an ordered bus: what is not known of their trips is asked for, the predecessors that
//! are still open are brought in, and what came of the calls is told of each event.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use domain::TripId;
use futures::{StreamExt, stream};
use lambda_kit::deadline::Deadline;
use lambda_kit::error::chain;
use store::outbox::{DamagedEvent, OutboxStatus, PendingEvent, TripEvents};

use crate::Deps;
use crate::intake::fitting;
use crate::lanes::Lanes;
use crate::on_the_bus::OnTheBus;
use crate::order::{Course, Decision, Ledger, Standing, decide};
use crate::packing::Limits;
use crate::sending::{EventFate, Sending};

/// How many trips are asked for at a time.
const QUESTIONS: usize = 10;

/// The events of one batch or sweep in the order in which they may be sent.
#[derive(Debug, Default)]
pub(crate) struct Order {
    trips: Vec<Trip>,
    /// Open predecessors that were not at hand. Their places follow those of the events at hand.
    brought: Vec<PendingEvent<'static>>,
}

#[derive(Debug)]
struct Trip {
    id: TripId,
    /// The places of each event at hand, by its sequence number: a batch may hold one twice.
    at_hand: BTreeMap<u64, Vec<usize>>,
    /// `None` if the table could not be asked.
    course: Option<Course>,
    /// What is sent: sequence numbers, and places among all events.
    lane: Vec<(u64, usize)>,
}

/// What a trip's table holds: where each event stands, and those that can be sent.
type Answer = (Ledger, BTreeMap<u64, PendingEvent<'static>>);

impl Order {
    /// Finds the order of these events, and asks the table where that is needed, until `until`.
    pub(crate) async fn of(
        deps: &Deps,
        on_the_bus: &OnTheBus,
        until: Deadline,
        events: &[&PendingEvent<'_>],
    ) -> Self {
        let trips = by_trip(events);
        let courses = trips.into_iter().map(|trip| trip.course(deps, on_the_bus, until));
        let courses: Vec<_> = courses.collect();
        let mut courses = stream::iter(courses).buffered(QUESTIONS);
        let mut order = Self::default();
        while let Some((trip, open)) = courses.next().await {
            order.add(trip, open, events.len());
        }
        order
    }

    /// Adds a trip: gives places to what it sends, from `at_hand` on to what is brought in.
    fn add(
        &mut self,
        mut trip: Trip,
        mut open: BTreeMap<u64, PendingEvent<'static>>,
        at_hand: usize,
    ) {
        for sequence in trip.course.iter().flat_map(|course| &course.send) {
            let place = match trip.at_hand.get(sequence).and_then(|places| places.first()) {
                Some(place) => *place,
                None => match open.remove(sequence) {
                    Some(event) => {
                        self.brought.push(event);
                        at_hand + self.brought.len() - 1
                    }
                    None => break,
                },
            };
            trip.lane.push((*sequence, place));
        }
        self.trips.push(trip);
    }

    /// The predecessors that were brought in.
    pub(crate) fn brought(&self) -> &[PendingEvent<'static>] {
        &self.brought
    }

    /// The calls for all events: those at hand, and behind them those that were brought in.
    pub(crate) fn lanes<'e>(&self, all: &'e [&'e PendingEvent<'e>], limits: Limits) -> Lanes<'e> {
        let places = |trip: &Trip| trip.lane.iter().map(|(_, place)| *place).collect();
        Lanes::new(all, self.trips.iter().map(places), limits)
    }

    /// What came of the first `at_hand` events, those at hand, and what is on the bus now.
    pub(crate) fn settle(&self, sent: Sending, at_hand: usize, on_the_bus: &OnTheBus) -> Sending {
        let mut sending = Sending::of(at_hand);
        sending.is_stuck = sent.is_stuck;
        for trip in &self.trips {
            trip.settle(&sent, &mut sending, on_the_bus);
        }
        let brought = self.brought.iter().zip(&sent.fates[at_hand..]);
        let taken = brought.filter(|(_, fate)| **fate == EventFate::Published);
        sending.also = taken.map(|(event, _)| event.key.clone()).collect();
        sending
    }
}

/// The events trip by trip.
fn by_trip(events: &[&PendingEvent<'_>]) -> Vec<Trip> {
    let (mut trips, mut numbers) = (Vec::<Trip>::new(), HashMap::new());
    for (place, event) in events.iter().enumerate() {
        let id = &event.key.trip_id;
        let number = *numbers.entry(id).or_insert_with(|| {
            let (at_hand, lane) = (BTreeMap::new(), Vec::new());
            trips.push(Trip { id: id.clone(), at_hand, course: None, lane });
            trips.len() - 1
        });
        trips[number].at_hand.entry(event.sequence).or_default().push(place);
    }
    trips
}

impl Trip {
    /// Decides what is sent of it; asks the table if it must. The open events that the table holds.
    async fn course(
        mut self,
        deps: &Deps,
        on_the_bus: &OnTheBus,
        until: Deadline,
    ) -> (Self, BTreeMap<u64, PendingEvent<'static>>) {
        let (at_hand, known) = (self.at_hand.keys().copied().collect(), on_the_bus.of(&self.id));
        if let Decision::Go(course) = decide(&at_hand, known, None) {
            self.course = Some(course);
            return (self, BTreeMap::new());
        }
        let open = match until.call(deps.outbox.events_of(&self.id)).await {
            Ok(events) => self.answered(&at_hand, known, answer(deps, events)),
            Err(error) => {
                let (trip, error) = (&self.id, chain(&error));
                tracing::warn!(%trip, error, "a trip waits: its events cannot be read");
                BTreeMap::new()
            }
        };
        (self, open)
    }

    fn answered(
        &mut self,
        at_hand: &BTreeSet<u64>,
        known: u64,
        (ledger, open): Answer,
    ) -> BTreeMap<u64, PendingEvent<'static>> {
        if let Decision::Go(course) = decide(at_hand, known, Some(&ledger)) {
            self.course = Some(course);
        }
        open
    }

    /// Tells what came of each event at hand. Without a course none was sent.
    fn settle(&self, sent: &Sending, sending: &mut Sending, on_the_bus: &OnTheBus) {
        let Some(course) = &self.course else { return };
        self.tell(&course.settled, &EventFate::Published, sending);
        self.tell(&course.wait, &EventFate::Held, sending);
        let is_on_the_bus = |(_, place): &&(u64, usize)| sent.fates[*place] == EventFate::Published;
        let taken = self.lane.iter().take_while(is_on_the_bus).count();
        let (taken, left) = self.lane.split_at(taken);
        for (sequence, _) in taken {
            self.tell(&[*sequence], &EventFate::Published, sending);
        }
        let settled = course.settled.last().filter(|_| course.send.is_empty());
        let settled = settled.filter(|_| course.wait.is_empty());
        if let Some(count) = taken.last().map(|(sequence, _)| sequence).or(settled) {
            on_the_bus.note(&self.id, *count);
        }
        if let [blocker, behind @ ..] = left {
            self.stop(*blocker, behind, sent, sending);
        }
    }

    /// An event did not get on the bus, so those behind it were not sent. If it was not sent or had
    /// no answer, they are as undone as it is; otherwise they wait.
    fn stop(
        &self,
        (sequence, place): (u64, usize),
        behind: &[(u64, usize)],
        sent: &Sending,
        sending: &mut Sending,
    ) {
        let fate = &sent.fates[place];
        self.tell(&[sequence], fate, sending);
        if *fate == EventFate::Undone {
            return;
        }
        let held: Vec<_> = behind.iter().map(|(sequence, _)| *sequence).collect();
        self.tell(&held, &EventFate::Held, sending);
        if sent.unvouched.contains(&place) {
            let stopped = self.at_hand.range(sequence..).flat_map(|(_, places)| places);
            sending.unvouched.extend(stopped.min());
        }
    }

    fn tell(&self, sequences: &[u64], fate: &EventFate, sending: &mut Sending) {
        let places = sequences.iter().filter_map(|sequence| self.at_hand.get(sequence)).flatten();
        places.for_each(|place| sending.fates[*place] = fate.clone());
    }
}

/// What a trip's events say. One that this process published and could not mark is settled; one
/// that no call can carry is stuck, like a parked one.
fn answer(deps: &Deps, events: TripEvents) -> Answer {
    let (mut ledger, mut open) = (Ledger::default(), BTreeMap::new());
    for DamagedEvent { sequence, status } in events.damaged {
        match (sequence, is_settled(status)) {
            (Some(sequence), true) => ledger.add(sequence, Standing::Settled),
            (Some(sequence), false) => ledger.add(sequence, Standing::Stuck),
            (None, true) => {}
            (None, false) => ledger.add_unreadable(),
        }
    }
    for record in events.records {
        let (sequence, status) = (record.sequence, record.status);
        let standing = if is_settled(Some(status)) || deps.unmarked.holds(&record.key()) {
            Standing::Settled
        } else if status == OutboxStatus::Pending
            && let Ok(event) = fitting(record.into(), deps.settings.limits)
        {
            open.insert(sequence, event);
            Standing::Open
        } else {
            Standing::Stuck
        };
        ledger.add(sequence, standing);
    }
    (ledger, open)
}

fn is_settled(status: Option<OutboxStatus>) -> bool {
    matches!(status, Some(OutboxStatus::Dispatched | OutboxStatus::Discarded))
}

#[cfg(test)]
mod tests;
