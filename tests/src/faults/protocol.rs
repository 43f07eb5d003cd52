//! Interleavings that no test could play one by one: a model checker plays every one of them, with
//! the domain's own code.

mod ordered;
mod sagas;
mod streams;

use super::schedules;
use crate::model::{Checked, Scenario, check};

/// Checks a scenario, each of whose states counts as a schedule of a row.
fn play(fault: u8, scenario: &Scenario) -> Checked {
    let checked = check(scenario);
    schedules(fault, checked.states);
    checked
}
