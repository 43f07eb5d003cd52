//! What a subscriber may be sent next, and what follows an attempt. Pure: it reads no clock and
//! touches no file.
//!
//! A subscriber is a position on the bus and the events before it that are still open. An event
//! group is a lane: of each lane only the beginning may be on its way, so that what fails holds up
//! its own lane and no other. An event without a group, and each event of an unordered subscriber,
//! is a lane by itself.
//!
//! After a failure the lanes of a batch are tried one by one, so that an event that is never taken
//! does not take the others with it.

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::time::Duration;

use domain::Timestamp;

/// How many open events stop the reading of further ones.
const MOST_OPEN: usize = 20_000;
/// So many open events that have not been tried are enough for now.
const AHEAD: usize = 500;

/// How a subscriber is sent its events.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rules {
    /// Whether the order within a group is kept.
    pub(crate) in_order: bool,
    /// The most events of a batch.
    pub(crate) batch: usize,
    /// How long an event waits for others to fill its batch.
    pub(crate) window: Duration,
}

/// An event that is not settled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Open {
    pub(crate) position: i64,
    pub(crate) group: Option<String>,
    /// When the subscriber came to it: its age counts from here.
    pub(crate) queued_at: Timestamp,
    pub(crate) due_at: Timestamp,
    /// How many attempts count.
    pub(crate) attempts: u32,
}

/// What can be done now.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// Send these, in this order.
    Send(Vec<i64>),
    /// Nothing until this time, if nothing else happens.
    Wait(Option<Timestamp>),
}

/// What became of an event that was sent.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Settled {
    /// It is over: taken, or given up.
    Done,
    /// It is sent again.
    Again { due_at: Timestamp, attempts: u32 },
}

/// What is to be written down: the events up to the position that `open` and earlier changes do
/// not name are over.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Changes {
    pub(crate) position: i64,
    /// New and changed ones.
    pub(crate) open: Vec<Open>,
    /// No longer open.
    pub(crate) over: Vec<i64>,
}

/// One subscriber's events.
#[derive(Debug)]
pub(crate) struct Queue {
    rules: Rules,
    open: BTreeMap<i64, Open>,
    in_flight: BTreeSet<i64>,
    /// Everything up to here has been read.
    read: i64,
    /// The last event of which something is to be remembered.
    tried: i64,
    /// The position that is written down.
    written: i64,
    /// Written events that have changed.
    changed: BTreeSet<i64>,
}

/// Which events a batch takes.
enum Batch {
    Empty,
    /// Events that have not been tried, of any lane.
    Fresh,
    /// Those of this group.
    Of(String),
    /// The one that it has.
    Full,
}

impl Queue {
    /// A subscriber as it is written down.
    pub(crate) fn new(rules: Rules, position: i64, open: Vec<Open>) -> Self {
        Self {
            rules,
            open: open.into_iter().map(|open| (open.position, open)).collect(),
            in_flight: BTreeSet::new(),
            read: position,
            tried: position,
            written: position,
            changed: BTreeSet::new(),
        }
    }

    /// Up to where the bus has been read.
    pub(crate) fn read_to(&self) -> i64 {
        self.read
    }

    /// Whether more events should be read now.
    pub(crate) fn wants_more(&self) -> bool {
        let ahead = self.open.range(self.tried + 1..).count();
        self.open.len() < MOST_OPEN && ahead < AHEAD
    }

    /// Whether nothing is open.
    pub(crate) fn is_empty(&self) -> bool {
        self.open.is_empty()
    }

    /// The next event of the bus; an event that the subscriber does not want is over.
    pub(crate) fn take_in(&mut self, position: i64, group: Option<String>, at: Timestamp) {
        let open = Open { position, group, queued_at: at, due_at: at, attempts: 0 };
        self.open.insert(position, open);
        self.read = position;
    }

    /// The next event of the bus, which the subscriber does not want.
    pub(crate) fn pass_over(&mut self, position: i64) {
        self.read = position;
    }

    /// What to send now. It is in flight from here on.
    pub(crate) fn next(&mut self, now: Timestamp) -> Step {
        let (mut chosen, mut batch, mut wait) = (Vec::new(), Batch::Empty, None);
        let mut held = HashSet::new();
        for open in self.open.values() {
            let lane = open.group.as_deref().filter(|_| self.rules.in_order);
            if lane.is_some_and(|lane| held.contains(lane)) {
                continue;
            }
            let is_due = open.due_at <= now;
            if is_due && !self.in_flight.contains(&open.position) && batch.admits(open, lane) {
                batch = batch.with(open, lane);
                chosen.push(open.position);
            } else {
                wait = earlier(wait, (!is_due).then_some(open.due_at));
                held.extend(lane);
            }
            if chosen.len() == self.rules.batch || matches!(batch, Batch::Full) {
                break;
            }
        }
        if chosen.is_empty() {
            return Step::Wait(wait);
        }
        if let Some(filled) = self.fills_until(&chosen, &batch).filter(|until| *until > now) {
            return Step::Wait(earlier(wait, Some(filled)));
        }
        self.in_flight.extend(&chosen);
        Step::Send(chosen)
    }

    /// Until when a batch that is not full waits for more.
    fn fills_until(&self, chosen: &[i64], batch: &Batch) -> Option<Timestamp> {
        let may_wait = matches!(batch, Batch::Fresh) && chosen.len() < self.rules.batch;
        let oldest = chosen.iter().filter_map(|position| self.open.get(position));
        let oldest = oldest.map(|open| open.queued_at).min().filter(|_| may_wait)?;
        Some(oldest.after(self.rules.window))
    }

    /// An event that was sent, and its attempts and age.
    pub(crate) fn sent(&self, position: i64) -> Option<&Open> {
        self.open.get(&position)
    }

    /// Notes what became of an event that was sent.
    pub(crate) fn settle(&mut self, position: i64, settled: Settled) {
        self.in_flight.remove(&position);
        self.tried = self.tried.max(position);
        self.changed.insert(position);
        match settled {
            Settled::Done => drop(self.open.remove(&position)),
            Settled::Again { due_at, attempts } => {
                if let Some(open) = self.open.get_mut(&position) {
                    (open.due_at, open.attempts) = (due_at, attempts);
                }
            }
        }
    }

    /// What is to be written down since the last time.
    pub(crate) fn changes(&mut self) -> Option<Changes> {
        let before_open = self.open.keys().next().map_or(self.read, |first| first - 1);
        let position = self.tried.max(before_open).max(self.written);
        let known = std::mem::take(&mut self.changed);
        let known = known.into_iter().filter(|changed| *changed <= self.written);
        let (still, over): (Vec<_>, Vec<_>) = known.partition(|it| self.open.contains_key(it));
        let mut open: Vec<_> = still.iter().filter_map(|it| self.open.get(it)).cloned().collect();
        if position > self.written {
            open.extend(self.open.range(self.written + 1..=position).map(|(_, it)| it.clone()));
        }
        let is_any = position > self.written || !open.is_empty() || !over.is_empty();
        self.written = position;
        is_any.then_some(Changes { position, open, over })
    }
}

impl Batch {
    fn admits(&self, open: &Open, lane: Option<&str>) -> bool {
        match self {
            Self::Empty => true,
            Self::Fresh => open.attempts == 0,
            Self::Of(group) => lane == Some(group),
            Self::Full => false,
        }
    }

    fn with(self, open: &Open, lane: Option<&str>) -> Self {
        match (self, lane) {
            (Self::Empty, _) if open.attempts == 0 => Self::Fresh,
            (Self::Empty, Some(lane)) => Self::Of(lane.to_owned()),
            (Self::Empty, None) => Self::Full,
            (batch, _) => batch,
        }
    }
}

fn earlier(one: Option<Timestamp>, other: Option<Timestamp>) -> Option<Timestamp> {
    one.into_iter().chain(other).min()
}
