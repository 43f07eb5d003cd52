//! A small world for races: one stored trip, three suppliers that keep their contract, and sagas
//! whose attempts crash, are repeated, or continue after their caller gave them up.

use std::collections::BTreeMap;

use domain::command::{
    CancelFlight, CancelHotel, ProcessPayment, Reason, RefundPayment, Released, ReserveFlight,
    ReserveHotel, SupplierAnswer,
};
use domain::event::Event;
use domain::{Asked, Change, Claim, Command, Decision, ErrorCode, Failure, Plan, SagaId, Trip};

use super::support::{at, details};

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Member {
    Flight,
    Hotel,
    Payment,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    Reserve(Member),
    Undo(Member),
}

/// What a supplier knows under one key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Held {
    Yes,
    Refused,
    /// Released; nothing can be held under the key again.
    Absorbed,
}

#[derive(Default)]
pub struct World {
    pub trip: Option<Trip>,
    pub events: Vec<Event>,
    pub suppliers: BTreeMap<(Member, SagaId), Held>,
    pub captures: u32,
}

impl World {
    fn reserve(&mut self, member: Member, saga: &SagaId, refuses: bool) -> SupplierAnswer {
        let fresh = if refuses { Held::Refused } else { Held::Yes };
        let captures = &mut self.captures;
        let held = *self.suppliers.entry((member, saga.clone())).or_insert_with(|| {
            *captures += u32::from(member == Member::Payment && fresh == Held::Yes);
            fresh
        });
        match held {
            Held::Yes => SupplierAnswer::Accepted { reference: format!("{member:?}") },
            Held::Refused | Held::Absorbed => SupplierAnswer::Refused { detail: "no".to_owned() },
        }
    }

    fn release(&mut self, member: Member, saga: &SagaId) -> Released {
        let before = self.suppliers.insert((member, saga.clone()), Held::Absorbed);
        Released { held: before == Some(Held::Yes) }
    }

    pub fn holds(&self, member: Member) -> bool {
        self.suppliers.iter().any(|(key, held)| key.0 == member && *held == Held::Yes)
    }

    /// Commits unless another commit came first.
    fn commit(&mut self, change: Change) -> Result<(), ()> {
        if change.before != self.trip {
            return Err(());
        }
        self.events.extend(change.events);
        self.trip = Some(change.trip);
        Ok(())
    }
}

/// The answer of the supplier that was called.
#[derive(Clone, Debug)]
enum Heard {
    Answer(SupplierAnswer),
    Released(Released),
}

#[derive(Clone, Debug)]
enum Phase {
    Load,
    First(Box<Change>),
    Call(Option<Trip>),
    Commit(Option<Trip>, Heard),
    Release(Failure),
}

/// More actions than any attempt needs, however often it loses a race.
const MOST_ACTIONS: usize = 100;

/// One invocation of one step, which can be stopped between any two of its actions.
#[derive(Clone, Debug)]
pub struct Attempt {
    step: Step,
    claim: Claim,
    reason: Reason,
    refuses: bool,
    phase: Phase,
    actions: usize,
}

pub type StepEnd = Result<(), ErrorCode>;

impl Attempt {
    pub fn new(step: Step, claim: Claim, reason: Reason, refuses: bool) -> Self {
        Self { step, claim, reason, refuses, phase: Phase::Load, actions: 0 }
    }

    /// Does the next action; returns the result when the invocation has ended.
    pub fn act(&mut self, world: &mut World) -> Option<StepEnd> {
        match self.phase.clone() {
            Phase::Load => match self.plan(world.trip.as_ref()) {
                Ok(Plan::Proceed) => self.go_on(Phase::Call(world.trip.clone())),
                Ok(Plan::First(change)) => self.go_on(Phase::First(change)),
                Ok(Plan::Release(refusal)) => self.go_on(Phase::Release(refusal)),
                Ok(Plan::Done(_)) => Some(Ok(())),
                Err(failure) => Some(Err(failure.code)),
            },
            Phase::First(change) => {
                // Whether the commit won or lost, the next decision uses the stored trip.
                let _either_way = world.commit(*change);
                self.go_on(Phase::Load)
            }
            Phase::Call(loaded) => {
                let heard = self.call(world);
                self.go_on(Phase::Commit(loaded, heard))
            }
            Phase::Commit(loaded, heard) => self.commit(world, loaded.as_ref(), &heard),
            Phase::Release(failure) => {
                world.release(self.member(), &self.claim.saga_id);
                Some(Err(failure.code))
            }
        }
    }

    fn go_on(&mut self, phase: Phase) -> Option<StepEnd> {
        self.actions += 1;
        assert!(self.actions < MOST_ACTIONS, "{:?} never ends", self.step);
        self.phase = phase;
        None
    }

    fn member(&self) -> Member {
        match self.step {
            Step::Reserve(member) | Step::Undo(member) => member,
        }
    }

    fn call(&self, world: &mut World) -> Heard {
        let saga = &self.claim.saga_id;
        match self.step {
            Step::Reserve(member) => Heard::Answer(world.reserve(member, saga, self.refuses)),
            Step::Undo(member) => Heard::Released(world.release(member, saga)),
        }
    }

    fn commit(
        &mut self,
        world: &mut World,
        loaded: Option<&Trip>,
        heard: &Heard,
    ) -> Option<StepEnd> {
        match self.decide(loaded, heard) {
            Ok(Decision::Done(_)) => Some(Ok(())),
            Ok(Decision::Commit(change)) => {
                let refused = change.trip.state().failure.as_ref().map(|failure| failure.code);
                match world.commit(*change) {
                    Ok(()) => Some(self.ended(heard, refused)),
                    // The race was lost: decide again on the same answer, with the trip as it is
                    // stored now.
                    Err(()) => self.go_on(Phase::Commit(world.trip.clone(), heard.clone())),
                }
            }
            Ok(Decision::Release(refusal)) => self.go_on(Phase::Release(refusal)),
            Err(failure) => Some(Err(failure.code)),
        }
    }

    fn ended(&self, heard: &Heard, refused: Option<ErrorCode>) -> StepEnd {
        match (heard, refused) {
            (Heard::Answer(SupplierAnswer::Refused { .. }), Some(code)) => Err(code),
            _ => Ok(()),
        }
    }

    fn plan(&self, trip: Option<&Trip>) -> Result<Plan, Failure> {
        let (claim, reason, details) = (self.claim.clone(), self.reason.clone(), details());
        let asked = Asked::Trip(details.clone());
        let now = at(0);
        match self.step {
            Step::Reserve(Member::Flight) => ReserveFlight { claim, details }.plan(trip, now),
            Step::Reserve(Member::Hotel) => ReserveHotel { claim, details }.plan(trip, now),
            Step::Reserve(Member::Payment) => ProcessPayment { claim, details }.plan(trip, now),
            Step::Undo(Member::Payment) => RefundPayment { claim, reason, asked }.plan(trip, now),
            Step::Undo(Member::Hotel) => CancelHotel { claim, reason, asked }.plan(trip, now),
            Step::Undo(Member::Flight) => CancelFlight { claim, reason, asked }.plan(trip, now),
        }
    }

    fn decide(&self, trip: Option<&Trip>, heard: &Heard) -> Result<Decision, Failure> {
        let (claim, reason, details) = (self.claim.clone(), self.reason.clone(), details());
        let asked = Asked::Trip(details.clone());
        let now = at(0);
        match (self.step, heard) {
            (Step::Reserve(Member::Flight), Heard::Answer(answer)) => {
                ReserveFlight { claim, details }.decide(trip, answer, now)
            }
            (Step::Reserve(Member::Hotel), Heard::Answer(answer)) => {
                ReserveHotel { claim, details }.decide(trip, answer, now)
            }
            (Step::Reserve(Member::Payment), Heard::Answer(answer)) => {
                ProcessPayment { claim, details }.decide(trip, answer, now)
            }
            (Step::Undo(Member::Payment), Heard::Released(answer)) => {
                RefundPayment { claim, reason, asked }.decide(trip, answer, now)
            }
            (Step::Undo(Member::Hotel), Heard::Released(answer)) => {
                CancelHotel { claim, reason, asked }.decide(trip, answer, now)
            }
            (Step::Undo(Member::Flight), Heard::Released(answer)) => {
                CancelFlight { claim, reason, asked }.decide(trip, answer, now)
            }
            _ => unreachable!("a step hears its own supplier"),
        }
    }
}
