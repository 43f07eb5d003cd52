//! The write side: executions start, functions act, callers stop waiting, and functions that nobody
//! waits for go on or die.
//!
//! An unknown outcome is one thing here: its caller stops waiting. Whether the function did
//! nothing, does its work without answering, or does it after its own compensation, is what the
//! stray may still do. So a crash, a lost answer, a task's timeout and a late effect are all of
//! them covered.

use domain::TripStatus;

use super::attempt::{Answered, Attempt, Desk};
use super::execution::{Execution, Invocation};
use super::protocol::Protocol;
use super::scenario::{Kind, Starts};
use super::world::World;

/// A step of the write side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SagaStep {
    /// An execution starts.
    Start { role: usize },
    /// A function does its next step, for an execution that waits for it.
    Act { role: usize, refused: bool },
    /// An execution stops waiting for its function, and invokes it again or goes to its catcher.
    GiveUp { role: usize, retries: bool },
    /// An operator aborts a booking.
    Abort { role: usize },
    /// A function that nobody waits for does its next step.
    StrayActs { stray: usize, refused: bool },
    /// A function that nobody waits for turns out to have died.
    StrayDies { stray: usize },
}

impl Protocol {
    pub(super) fn saga_steps(&self, world: &World, found: &mut impl FnMut(SagaStep)) {
        for (role, execution) in world.executions.iter().enumerate() {
            match execution {
                Execution::NotStarted if self.may_start(world, role) => {
                    found(SagaStep::Start { role });
                }
                Execution::NotStarted | Execution::Ended(_) => {}
                Execution::Running { state, invocation, .. } => {
                    for refused in self.refusals(world, invocation) {
                        found(SagaStep::Act { role, refused: *refused });
                    }
                    if world.unknown_outcomes > 0 {
                        self.doubts(role, *state, found);
                    }
                }
            }
        }
        for (stray, invocation) in world.strays.iter().enumerate() {
            for refused in self.refusals(world, invocation) {
                found(SagaStep::StrayActs { stray, refused: *refused });
            }
            found(SagaStep::StrayDies { stray });
        }
    }

    /// What an execution may do while it does not know how its function ends.
    fn doubts(&self, role: usize, state: usize, found: &mut impl FnMut(SagaStep)) {
        let machine = self.kind_of(role).machine();
        if machine.retries_unknown(state) {
            found(SagaStep::GiveUp { role, retries: true });
        }
        if machine.catches_unknown(state).is_some() {
            found(SagaStep::GiveUp { role, retries: false });
        }
        let is_booking = self.kind_of(role) == Kind::Booking;
        if self.scenario.may_abort && is_booking {
            found(SagaStep::Abort { role });
        }
    }

    fn may_start(&self, world: &World, role: usize) -> bool {
        let trip = world.trip(self.saga_of(role).trip);
        match self.scenario.roles[role].starts {
            Starts::AtAnyTime => true,
            Starts::OnceWritten => trip.is_some(),
            Starts::OnceConfirmed => {
                trip.is_some_and(|it| it.state().status == TripStatus::Confirmed)
            }
        }
    }

    /// The answers that an invocation may get from its supplier next.
    fn refusals(&self, world: &World, invocation: &Invocation) -> &'static [bool] {
        let may_be_refused = self.scenario.supplier_refuses && {
            let (step, saga) = (self.step(invocation), self.scenario.roles[invocation.role].saga);
            let asks = self.scenario.whole_steps || invocation.attempt.calls();
            asks && step.reserves() && world.books[saga].of(step.supplier()).is_open()
        };
        if may_be_refused { &[false, true] } else { &[false] }
    }

    pub(super) fn take(&self, world: &mut World, step: SagaStep) {
        match step {
            SagaStep::Start { role } => world.executions[role] = self.started(role),
            SagaStep::Act { role, refused } => self.act(world, role, refused),
            SagaStep::GiveUp { role, retries } => {
                world.unknown_outcomes -= 1;
                let stray = world.executions[role].gives_up(self.kind_of(role), retries);
                world.goes_astray(stray);
            }
            SagaStep::Abort { role } => {
                world.unknown_outcomes -= 1;
                let stray = world.executions[role].aborts();
                world.goes_astray(stray);
            }
            SagaStep::StrayActs { stray, refused } => {
                let mut invocation = world.strays.remove(stray);
                if self.invoke(world, &mut invocation, refused).is_none() {
                    world.goes_astray(invocation);
                }
            }
            SagaStep::StrayDies { stray } => drop(world.strays.remove(stray)),
        }
    }

    /// A booking of a trip with a history goes on after it.
    fn started(&self, role: usize) -> Execution {
        let kind = self.kind_of(role);
        let machine = kind.machine();
        let is_owner = self.scenario.roles[role].saga < self.scenario.trips;
        let state = match self.scenario.history.last() {
            Some(done) if kind == Kind::Booking && is_owner => machine.next(machine.running(*done)),
            _ => machine.start(),
        };
        Execution::start(role, kind, state)
    }

    fn act(&self, world: &mut World, role: usize, refused: bool) {
        let mut execution = world.executions[role].clone();
        if let Execution::Running { invocation, .. } = &mut execution
            && let Some(answered) = self.invoke(world, invocation, refused)
        {
            execution.answered(self.kind_of(role), answered);
        }
        world.executions[role] = execution;
    }

    /// Does an invocation's next step, or all that are left.
    fn invoke(
        &self,
        world: &mut World,
        invocation: &mut Invocation,
        refused: bool,
    ) -> Option<Answered> {
        let saga = self.scenario.roles[invocation.role].saga;
        let trip = self.scenario.sagas[saga].trip;
        let mut desk = Desk {
            step: self.step(invocation),
            partition: &mut world.partitions[trip],
            books: &mut world.books[saga],
        };
        let mut answered = invocation.attempt.act(&mut desk, refused);
        while self.scenario.whole_steps && answered.is_none() {
            answered = invocation.attempt.act(&mut desk, refused);
        }
        world.projector.follow(trip, world.partitions[trip].trip.as_ref());
        answered
    }

    /// Brings every trip to where the scenario begins; the stream's consumers have followed.
    pub(super) fn play_history(&self, world: &mut World) {
        for saga in 0..self.scenario.trips {
            for operation in self.scenario.history {
                let mut attempt = Attempt::new();
                let step = self.booking_step(saga, *operation);
                let (partition, books) = (&mut world.partitions[saga], &mut world.books[saga]);
                let mut desk = Desk { step, partition, books };
                while attempt.act(&mut desk, false).is_none() {}
            }
            world.projector.follow(saga, world.partitions[saga].trip.as_ref());
            world.projector.catch_up(saga);
            world.partitions[saga].is_dispatched();
        }
    }
}
