//! One call to the bus, as the dispatcher and the sweeper make it through
//! `dispatcher/src/delivery.rs`.

use super::super::table::Partition;
use super::EventAt;

/// Bounds what a state holds: that an event came more than once is all that matters.
const MANY: u8 = 2;

/// Events to publish, in order, and what the bus answered. That it left them all, or that its
/// answer was lost, is what a function that died before or after the call shows as well.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(in super::super) struct Call {
    events: Vec<EventAt>,
    answer: Answer,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Answer {
    NotAsked,
    TookAll,
    /// All but this.
    Left(usize),
}

impl Call {
    pub(super) fn of(events: Vec<EventAt>) -> Self {
        Self { events, answer: Answer::NotAsked }
    }

    pub(super) fn is_made(&self) -> bool {
        self.answer != Answer::NotAsked
    }

    /// The event that the bus may leave.
    pub(super) fn answers(&self, troubles: bool) -> impl Iterator<Item = Option<usize>> {
        let places = if troubles { self.events.len() } else { 0 };
        std::iter::once(None).chain((0..places).map(Some))
    }

    pub(super) fn make(
        &mut self,
        partitions: &mut [Partition],
        left: Option<usize>,
        by_sweeper: bool,
    ) {
        self.answer = left.map_or(Answer::TookAll, Answer::Left);
        for EventAt { trip, place } in self.taken() {
            let published = &mut partitions[trip].outbox[place].published;
            published.times = MANY.min(published.times + 1);
            published.by_sweeper |= by_sweeper;
        }
    }

    /// What the bus took.
    pub(super) fn taken(&self) -> Vec<EventAt> {
        let left = self.left_event();
        self.events.iter().copied().filter(|event| Some(*event) != left).collect()
    }

    pub(super) fn left_event(&self) -> Option<EventAt> {
        match self.answer {
            Answer::Left(place) => self.events.get(place).copied(),
            Answer::NotAsked | Answer::TookAll => None,
        }
    }
}
