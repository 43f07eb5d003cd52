//! Runs a scenario: every state that it can come to, each judged by every property.

use std::collections::BTreeSet;

use stateright::{Checker, Expectation, HasDiscoveries, Model, Path};

use super::protocol::{Action, Protocol};
use super::scenario::Scenario;
use super::trace;
use super::world::World;

type Way = Path<World, Action>;

/// What a scenario came to.
pub(crate) struct Checked {
    /// How many states it has.
    pub(crate) states: usize,
    /// What its runs end in, each as a text: the trips, the events on the bus, the rows of the
    /// view.
    pub(crate) ends: BTreeSet<String>,
}

/// Checks a scenario exhaustively.
///
/// # Panics
/// With the shortest way to a state that breaks a property, or with the name of a state that must
/// be reached and is not.
pub(crate) fn check(scenario: &Scenario) -> Checked {
    let name = scenario.name;
    let checker = run(scenario, 0);
    let (states, depth) = (checker.unique_state_count(), checker.max_depth());
    println!("model {name}: {states} states, depth {depth}");
    if let Some((property, way)) = broken(&checker) {
        let (property, way) = shortest(scenario, property, way);
        let told = trace::tell(checker.model(), way);
        panic!("model {name}: it does not hold that {property}\n{told}");
    }
    for property in checker.model().properties() {
        let is_missed = checker.discovery(property.name).is_none();
        let must_be_found = property.expectation == Expectation::Sometimes;
        assert!(
            !(must_be_found && is_missed),
            "model {name} never comes to where {}",
            property.name
        );
    }
    Checked { states, ends: checker.model().ends() }
}

/// Searches breadth first, as far as so many steps or, at 0, to the end; on one thread, since the
/// tests run in parallel.
fn run(scenario: &Scenario, steps: usize) -> impl Checker<Protocol> {
    let checker = Protocol::new(scenario.clone()).checker();
    let checker = checker.target_max_depth(steps).finish_when(HasDiscoveries::AnyFailures);
    checker.spawn_bfs().join()
}

/// A property that does not hold, and a way to where it does not.
fn broken(checker: &impl Checker<Protocol>) -> Option<(&'static str, Way)> {
    checker.model().properties().into_iter().find_map(|property| {
        let way = checker.discovery(property.name)?;
        property.expectation.discovery_is_failure().then_some((property.name, way))
    })
}

/// The search ends some states after it found the first way, and keeps the last.
fn shortest(scenario: &Scenario, property: &'static str, way: Way) -> (&'static str, Way) {
    let steps = way.clone().into_actions().len();
    match broken(&run(scenario, steps + 1)) {
        Some((property, shorter)) => shortest(scenario, property, shorter),
        None => (property, way),
    }
}
