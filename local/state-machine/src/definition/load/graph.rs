//! Checks that every transition leads to a state and that every state can be reached.

use std::collections::BTreeSet;

use crate::definition::{Definition, Problems};

pub(super) fn check(definition: &Definition, problems: &mut Problems) {
    check_start(definition, problems);
    check_transitions(definition, problems);
    let reached = reachable(definition);
    for name in definition.states.keys().filter(|name| !reached.contains(name.as_str())) {
        problems.add(&format!("States.{name}"), "no transition leads here");
    }
}

fn check_start(definition: &Definition, problems: &mut Problems) {
    if definition.state(definition.start_at()).is_none() {
        problems.add("StartAt", format!("there is no state '{}'", definition.start_at()));
    }
}

fn check_transitions(definition: &Definition, problems: &mut Problems) {
    for (name, state) in &definition.states {
        for next in state.successors().into_iter().filter(|next| definition.state(next).is_none()) {
            problems
                .add(&format!("States.{name}"), format!("leads to '{next}', which is not a state"));
        }
    }
}

fn reachable(definition: &Definition) -> BTreeSet<&str> {
    let mut reached = BTreeSet::new();
    let mut open = vec![definition.start_at()];
    while let Some(name) = open.pop() {
        if let Some(state) = definition.state(name)
            && reached.insert(name)
        {
            open.extend(state.successors());
        }
    }
    reached
}
