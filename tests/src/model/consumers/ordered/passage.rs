//! One invocation: the events at hand, the order in which they and those before them are sent, and
//! what came of it.

use std::collections::BTreeSet;

use dispatcher::order::{Course, Decision, Lane, Ledger, Standing, decide};

use super::super::super::table::{Partition, Record};
use super::super::dispatcher::set;
use super::super::{EventAt, events, mark};
use super::{OrderStep, publish};

/// A batch or a sweep under way.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(in super::super::super) struct Passage {
    /// What the mapping handed over; none for a sweep.
    records: Option<Vec<EventAt>>,
    ways: Vec<Way>,
}

/// The way of one trip's events.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Way {
    trip: usize,
    /// What is on the bus.
    settled: Vec<u64>,
    /// What waits for an event that only an operator moves.
    wait: Vec<u64>,
    lane: Lane<u64>,
    stop: Option<Stop>,
}

/// Why a trip's events are not all on the bus.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Stop {
    RefusedForNow,
    Unheard,
    Parked,
}

/// What becomes of a call. All but the first are troubles.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super::super) enum Answer {
    Taken,
    /// The bus has it and its answer is lost; it is sent again.
    Lost,
    /// Nobody waits for the call any more, which may land yet; it is sent again.
    Late,
    /// It is given up for now.
    Left,
    /// No attempt was answered.
    Unheard,
    /// The bus never takes it: it is parked.
    Refused,
}

/// How an invocation ends. All but the first two are troubles.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super::super) enum Ending {
    /// What is on the bus is marked; from what was left on, every record comes again.
    Done,
    /// As `Done`, but what was refused for now is left to the sweeper.
    Passed,
    /// As `Done`, but the marks fail.
    Unmarked,
    /// What is on the bus is marked, and the checkpoint is lost.
    Repeated,
    /// The function dies, at any moment.
    Crashed,
}

impl Passage {
    pub(super) fn batch(records: Vec<EventAt>, partitions: &[Partition], remembers: bool) -> Self {
        let at_hand = records.clone();
        Self { records: Some(records), ways: ways(&at_hand, partitions, remembers) }
    }

    /// Over what is pending when it reads; the grace period of all events is over.
    pub(super) fn sweep(partitions: &[Partition], remembers: bool) -> Self {
        let pending = events(partitions).filter(|(_, item)| item.is_pending);
        let pending: Vec<_> = pending.map(|(at, _)| at).collect();
        Self { records: None, ways: ways(&pending, partitions, remembers) }
    }

    pub(in super::super::super) fn is_sweep(&self) -> bool {
        self.records.is_none()
    }

    /// Whether anything comes of it.
    pub(super) fn moves(&self) -> bool {
        self.ways.iter().any(|way| way.lane.next().is_some() || !way.settled.is_empty())
    }

    /// Whether an event is sent that was not at hand.
    pub(in super::super::super) fn brings(&self) -> bool {
        let records = self.records.iter().flatten();
        let at_hand: Vec<_> = records.map(|at| (at.trip, at.place as u64 + 1)).collect();
        let next = |way: &Way| way.lane.next().map(|sequence| (way.trip, sequence));
        let mut next = self.ways.iter().filter_map(next);
        !self.is_sweep() && next.any(|next| !at_hand.contains(&next))
    }

    /// Whether an event waits for one that is parked.
    pub(in super::super::super) fn waits(&self) -> bool {
        self.ways.iter().any(|way| !way.wait.is_empty())
    }

    pub(super) fn steps(
        &self,
        passage: usize,
        troubles: bool,
        sweeps: bool,
        found: &mut impl FnMut(OrderStep),
    ) {
        use Answer::{Late, Left, Lost, Refused, Taken, Unheard};
        use Ending::{Crashed, Done, Passed, Repeated, Unmarked};
        let troubled = [Lost, Late, Left, Unheard].into_iter().filter(|_| troubles);
        // What waits for a parked event is left to the sweeper.
        let parked = (troubles && sweeps).then_some(Refused);
        let next = self.ways.iter().position(|way| way.lane.next().is_some());
        if let Some(way) = next {
            [Taken].into_iter().chain(troubled).chain(parked).for_each(|answer| {
                found(OrderStep::Publish { passage, way, answer });
            });
        }
        let is_passed = sweeps && self.ways.iter().any(|way| way.stop == Some(Stop::RefusedForNow));
        let mut endings = Vec::new();
        if next.is_none() {
            endings.extend([Done].into_iter().chain(is_passed.then_some(Passed)));
            endings.extend([Unmarked, Repeated].into_iter().filter(|_| troubles));
        }
        endings.extend(troubles.then_some(Crashed));
        endings.into_iter().for_each(|ending| found(OrderStep::Finish { passage, ending }));
    }

    /// One call. The event in it, if it may still land when nobody waits for it any more.
    pub(super) fn publish(
        &mut self,
        way: usize,
        answer: Answer,
        partitions: &mut [Partition],
    ) -> Option<EventAt> {
        let is_sweep = self.is_sweep();
        let way = &mut self.ways[way];
        let sequence = way.lane.next()?;
        let event = way.at(sequence);
        way.stop = match answer {
            Answer::Taken => {
                publish(partitions, event, is_sweep);
                way.settled.push(sequence);
                way.fly(true);
                None
            }
            Answer::Lost => {
                publish(partitions, event, is_sweep);
                None
            }
            Answer::Late => return Some(event),
            Answer::Left => way.fly(false).then_some(Stop::RefusedForNow),
            Answer::Unheard => way.fly(false).then_some(Stop::Unheard),
            Answer::Refused => {
                let item = &mut partitions[event.trip].outbox[event.place];
                // Parking is conditioned on the status: what is marked or parked stays so.
                item.is_parked |= item.is_pending;
                item.is_pending = false;
                way.fly(false).then_some(Stop::Parked)
            }
        };
        None
    }

    pub(super) fn finish(self, ending: Ending, partitions: &mut [Partition]) {
        if matches!(ending, Ending::Done | Ending::Passed | Ending::Repeated) {
            let settled = self.ways.iter().flat_map(|way| way.settled.iter().map(|it| way.at(*it)));
            mark(partitions, &settled.collect::<Vec<_>>());
        }
        let Some(records) = &self.records else { return };
        let done = match ending {
            Ending::Done | Ending::Unmarked => self.done(records, false),
            Ending::Passed => self.done(records, true),
            Ending::Repeated | Ending::Crashed => 0,
        };
        set(partitions, &records[..done], Record::Read);
        set(partitions, &records[done..], Record::Unread);
    }

    /// What the checkpoint leaves behind it: the records before the first that comes again.
    fn done(&self, records: &[EventAt], passes: bool) -> usize {
        let comes_again = |record: &EventAt| {
            let way = self.ways.iter().find(|way| way.trip == record.trip);
            way.is_some_and(|way| way.comes_again(record.place as u64 + 1, passes))
        };
        records.iter().position(comes_again).unwrap_or(records.len())
    }
}

impl Way {
    fn at(&self, sequence: u64) -> EventAt {
        EventAt { trip: self.trip, place: usize::try_from(sequence).unwrap() - 1 }
    }

    /// The next event is in a call, which ends.
    fn fly(&mut self, taken: bool) -> bool {
        self.lane.depart();
        self.lane.land(taken);
        true
    }

    fn comes_again(&self, sequence: u64, passes: bool) -> bool {
        let is_told = self.settled.contains(&sequence) || self.wait.contains(&sequence);
        match self.stop {
            Some(Stop::Unheard) => !is_told,
            Some(Stop::RefusedForNow) => !is_told && !passes,
            Some(Stop::Parked) | None => false,
        }
    }
}

/// The ways of the events at hand, as the dispatcher's own code decides.
fn ways(at_hand: &[EventAt], partitions: &[Partition], remembers: bool) -> Vec<Way> {
    let trips: BTreeSet<_> = at_hand.iter().map(|event| event.trip).collect();
    let way = |trip: usize| {
        let events = at_hand.iter().filter(|event| event.trip == trip);
        let events: BTreeSet<_> = events.map(|event| event.place as u64 + 1).collect();
        let items = &partitions[trip].outbox;
        let told = items.iter().take_while(|item| item.published.times > 0).count();
        let known = if remembers { told as u64 } else { 0 };
        let course = match decide(&events, known, None) {
            Decision::Go(course) => course,
            Decision::Ask => match decide(&events, known, Some(&ledger(&partitions[trip]))) {
                Decision::Go(course) => course,
                Decision::Ask => unreachable!("it was asked"),
            },
        };
        let Course { settled, send, wait } = course;
        Way { trip, settled, wait, lane: Lane::new(send), stop: None }
    };
    trips.into_iter().map(way).collect()
}

/// What `Outbox::events_of` says.
fn ledger(partition: &Partition) -> Ledger {
    let mut ledger = Ledger::default();
    for (sequence, item) in (1..).zip(&partition.outbox) {
        let standing = match (item.is_pending, item.is_parked) {
            (true, _) => Standing::Open,
            (false, true) => Standing::Stuck,
            (false, false) => Standing::Settled,
        };
        ledger.add(sequence, standing);
    }
    ledger
}
