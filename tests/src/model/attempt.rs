//! One invocation of one step, cut where `saga/src/step.rs` touches what others touch as well.
//!
//! What is pure between two such moments happens with the first of them: nobody else can tell.
//!
//! | here | in `saga/src/step.rs` |
//! |---|---|
//! | [`Phase::Load`] | `Step::plan`: load the trip, ask `Command::plan` |
//! | [`Phase::First`] | at `Plan::First`: commit the opened or closed trip; reload after a race |
//! | [`Phase::Call`] | `Step::call`, then `Command::decide` at the head of `Step::settle` |
//! | [`Phase::Commit`] | `Step::commit` within `Step::settle` |
//! | [`Phase::Reload`] | `Step::settle` after a lost race: load, `Command::decide` again |
//! | [`Phase::Release`] | `Step::reserve`, at `Stop::Release`: the supplier's release |

use domain::{Change, Decision, ErrorCode, Failure, Plan, Trip};

use super::books::{Books, Heard};
use super::kept::Kept;
use super::step::Step;
use super::table::Partition;

/// How often a lost race is run again: `REPEATS` of `saga/src/step/backoff.rs`.
const REPEATS: u8 = 4;

/// What an invocation does next, with what it has in hand.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Phase {
    Load,
    First(Kept<Change>),
    Call(Option<Kept<Trip>>),
    Commit(Kept<Change>, Heard),
    Reload(Heard),
    Release(ErrorCode),
}

/// An invocation under way.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Attempt {
    pub(super) phase: Phase,
    /// Races lost since the loop of this phase began.
    lost: u8,
}

/// What a function answers: its result does not matter here, its error does.
pub(super) type Answered = Result<(), ErrorCode>;

/// What an invocation works on: its command, its trip's items and its saga's keys.
pub(super) struct Desk<'a> {
    pub(super) step: &'a Step,
    pub(super) partition: &'a mut Partition,
    pub(super) books: &'a mut Books,
}

impl Attempt {
    pub(super) fn new() -> Self {
        Self { phase: Phase::Load, lost: 0 }
    }

    /// Whether it lost its first write, and nobody was called yet.
    pub(super) fn lost_the_first_write(&self) -> bool {
        self.phase == Phase::Load && self.lost > 0
    }

    /// Whether the supplier is called next.
    pub(super) fn calls(&self) -> bool {
        matches!(self.phase, Phase::Call(_))
    }

    /// Does what comes next; answers when the function does.
    pub(super) fn act(&mut self, desk: &mut Desk<'_>, refuses: bool) -> Option<Answered> {
        match self.phase.clone() {
            Phase::Load => self.plan(desk, desk.partition.trip.clone()),
            Phase::First(change) => self.first(desk, &change),
            Phase::Call(loaded) => {
                let heard = desk.call(refuses);
                self.lost = 0;
                self.settle(desk, loaded.as_deref(), heard)
            }
            Phase::Commit(change, heard) => self.commit(desk, &change, heard),
            Phase::Reload(heard) => {
                let loaded = desk.partition.trip.clone();
                self.settle(desk, loaded.as_deref(), heard)
            }
            Phase::Release(code) => {
                desk.books.of_mut(desk.step.supplier()).release();
                Some(Err(code))
            }
        }
    }

    fn plan(&mut self, desk: &Desk<'_>, trip: Option<Kept<Trip>>) -> Option<Answered> {
        match desk.step.plan(trip.as_deref()) {
            Ok(Plan::Done(_)) => Some(Ok(())),
            Ok(Plan::First(change)) => self.go_on(Phase::First(Kept::new(*change))),
            Ok(Plan::Proceed) => self.go_on(Phase::Call(trip)),
            Ok(Plan::Release(refusal)) => self.release(desk, &refusal),
            Err(failure) => Some(Err(failure.code)),
        }
    }

    /// Plans again, on what was committed or, after a lost race, on what is there now.
    fn first(&mut self, desk: &mut Desk<'_>, change: &Change) -> Option<Answered> {
        match self.committed(desk, change) {
            Ok(true) => self.plan(desk, Some(Kept::new(change.trip.clone()))),
            Ok(false) => self.go_on(Phase::Load),
            Err(code) => Some(Err(code)),
        }
    }

    fn settle(&mut self, desk: &Desk<'_>, trip: Option<&Trip>, heard: Heard) -> Option<Answered> {
        match desk.step.decide(trip, heard) {
            Ok(Decision::Commit(change)) => self.go_on(Phase::Commit(Kept::new(*change), heard)),
            Ok(Decision::Done(_)) => Some(Ok(())),
            Ok(Decision::Release(refusal)) => self.release(desk, &refusal),
            Err(failure) => Some(Err(failure.code)),
        }
    }

    fn commit(&mut self, desk: &mut Desk<'_>, change: &Change, heard: Heard) -> Option<Answered> {
        match self.committed(desk, change) {
            Ok(true) => Some(desk.step.outcome(&change.trip)),
            Ok(false) => self.go_on(Phase::Reload(heard)),
            Err(code) => Some(Err(code)),
        }
    }

    /// `Step::commit`: whether it was; an error after too many lost races.
    fn committed(&mut self, desk: &mut Desk<'_>, change: &Change) -> Result<bool, ErrorCode> {
        let won = desk.partition.commit(change);
        self.lost += u8::from(!won);
        if self.lost > REPEATS { Err(ErrorCode::StoreConflict) } else { Ok(won) }
    }

    /// `Stop::Release`, which only a reservation acts on.
    fn release(&mut self, desk: &Desk<'_>, refusal: &Failure) -> Option<Answered> {
        if desk.step.reserves() {
            return self.go_on(Phase::Release(refusal.code));
        }
        Some(Err(refusal.code))
    }

    fn go_on(&mut self, phase: Phase) -> Option<Answered> {
        self.phase = phase;
        None
    }
}

impl Desk<'_> {
    fn call(&mut self, refuses: bool) -> Heard {
        let book = self.books.of_mut(self.step.supplier());
        if self.step.reserves() { book.reserve(refuses) } else { book.release() }
    }
}
