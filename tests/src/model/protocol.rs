//! The model itself: what may happen in a state, and what it leads to.

use std::collections::{BTreeSet, HashMap};
use std::sync::Mutex;

use bed::Booking;
use domain::ErrorCode;
use saga::Operation;
use stateright::{Model, Property};

use super::books::Books;
use super::consumers::{
    Dispatch, Dispatcher, OrderStep, Ordered, Project, Projector, Sweep, SweepStep,
};
use super::execution::{Execution, Invocation, Why};
use super::properties;
use super::sagas::SagaStep;
use super::scenario::{Consumer, Kind, Saga, Scenario};
use super::step::Step;
use super::table::Partition;
use super::trace;
use super::world::World;

/// A scenario, with every command that can be given in it.
pub(super) struct Protocol {
    pub(super) scenario: Scenario,
    steps: HashMap<(usize, Operation, Why), Step>,
    ends: Mutex<BTreeSet<String>>,
}

/// One thing that happens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Action {
    Saga(SagaStep),
    Dispatch(Dispatch),
    Sweep(SweepStep),
    Order(OrderStep),
    Project(Project),
}

impl Protocol {
    pub(super) fn new(scenario: Scenario) -> Self {
        let details = Booking::new("trip-0").details();
        let mut steps = HashMap::new();
        for (number, saga) in scenario.sagas.iter().enumerate() {
            for operation in Operation::steps() {
                for why in Why::all() {
                    let (claim, details) = (saga.claim.clone(), details.clone());
                    let step = Step::new(operation, claim, details, why.reason());
                    steps.insert((number, operation, why), step);
                }
            }
        }
        Self { scenario, steps, ends: Mutex::default() }
    }

    /// What the runs so far came to: trips, events on the bus and rows of the view, as a text each.
    pub(super) fn ends(&self) -> BTreeSet<String> {
        self.ends.lock().unwrap().clone()
    }

    /// The command that an invocation gives.
    pub(super) fn step(&self, invocation: &Invocation) -> &Step {
        let saga = self.scenario.roles[invocation.role].saga;
        &self.steps[&(saga, invocation.operation, invocation.why)]
    }

    /// What a saga's booking gives its trip.
    pub(super) fn booking_step(&self, saga: usize, operation: Operation) -> &Step {
        &self.steps[&(saga, operation, Why::Booking(ErrorCode::OutcomeUnknown))]
    }

    pub(super) fn saga_of(&self, role: usize) -> &Saga {
        &self.scenario.sagas[self.scenario.roles[role].saga]
    }

    pub(super) fn kind_of(&self, role: usize) -> Kind {
        self.scenario.roles[role].kind
    }

    /// Whether everything has come to its end, unless somebody interferes.
    pub(super) fn is_at_rest(&self, world: &World) -> bool {
        if world.is_busy() {
            return false;
        }
        let mut actions = Vec::new();
        self.actions(world, &mut actions);
        actions.iter().all(Action::is_interference)
    }

    fn untouched(&self) -> World {
        let Scenario { trips, sagas, roles, streams, unknown_outcomes, .. } = &self.scenario;
        World {
            partitions: vec![Partition::default(); *trips],
            books: vec![Books::default(); sagas.len()],
            executions: vec![Execution::NotStarted; roles.len()],
            strays: Vec::new(),
            unknown_outcomes: *unknown_outcomes,
            dispatcher: Dispatcher::default(),
            sweep: None,
            ordered: Ordered::default(),
            projector: Projector::of(if streams.have(Consumer::Projector) { *trips } else { 0 }),
            troubles: streams.troubles,
        }
    }
}

impl Action {
    /// Whether it only happens if somebody interferes: without it, the system is at rest.
    fn is_interference(&self) -> bool {
        match self {
            Self::Dispatch(Dispatch::Trim(_)) | Self::Project(Project::Replay { .. }) => true,
            Self::Order(step) => step.is_interference(),
            _ => false,
        }
    }

    fn is_trouble(&self) -> bool {
        match self {
            Self::Saga(_) => false,
            Self::Dispatch(step) => step.is_trouble(),
            Self::Sweep(step) => step.is_trouble(),
            Self::Order(step) => step.is_trouble(),
            Self::Project(step) => step.is_trouble(),
        }
    }
}

impl Model for Protocol {
    type State = World;
    type Action = Action;

    fn init_states(&self) -> Vec<World> {
        let mut world = self.untouched();
        self.play_history(&mut world);
        vec![world]
    }

    fn actions(&self, world: &World, actions: &mut Vec<Action>) {
        let streams = self.scenario.streams;
        self.saga_steps(world, &mut |step| actions.push(Action::Saga(step)));
        if streams.in_order {
            Ordered::steps(world, streams, &mut |step| actions.push(Action::Order(step)));
        } else if streams.have(Consumer::Dispatcher) {
            Dispatcher::steps(world, streams, &mut |step| actions.push(Action::Dispatch(step)));
        }
        if streams.have(Consumer::Sweeper) && !streams.in_order {
            Sweep::steps(world, &mut |step| actions.push(Action::Sweep(step)));
        }
        if streams.have(Consumer::Projector) {
            Projector::steps(world, streams, &mut |step| actions.push(Action::Project(step)));
        }
        if actions.is_empty() {
            self.ends.lock().unwrap().insert(trace::end(world));
        }
    }

    fn next_state(&self, world: &World, action: Action) -> Option<World> {
        let mut next = world.clone();
        next.troubles -= u8::from(action.is_trouble());
        match action {
            Action::Saga(step) => self.take(&mut next, step),
            Action::Dispatch(step) => step.apply(&mut next),
            Action::Sweep(step) => step.apply(&mut next),
            Action::Order(step) => step.apply(&mut next),
            Action::Project(step) => step.apply(&mut next.projector),
        }
        Some(next)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        properties::all(&self.scenario)
    }
}
