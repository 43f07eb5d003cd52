//! A state machine that has been checked.

use std::collections::{BTreeMap, BTreeSet};

use super::model::{State, Task};

/// A checked state machine.
///
/// ```
/// use std::collections::BTreeMap;
///
/// let json = r#"{"StartAt": "A", "States": {"A": {"Type": "Succeed", "OutputPath": "$.x"}}}"#;
/// let refused = state_machine::Definition::load(json, &BTreeMap::new()).unwrap_err();
/// assert_eq!(refused.to_string(), "States.A.OutputPath: not supported");
/// ```
#[derive(Debug, Clone)]
pub struct Definition {
    pub(super) json: String,
    pub(super) start_at: String,
    pub(crate) states: BTreeMap<String, State>,
}

impl Definition {
    /// The definition as JSON text, after substitution.
    #[must_use]
    pub fn as_json(&self) -> &str {
        &self.json
    }

    /// Every name in an `ErrorEquals` list.
    #[must_use]
    pub fn error_names(&self) -> BTreeSet<&str> {
        self.tasks().flat_map(Task::error_names).map(String::as_str).collect()
    }

    /// Every `FunctionName`, after substitution.
    #[must_use]
    pub fn function_names(&self) -> BTreeSet<&str> {
        self.tasks().map(|task| task.function.as_str()).collect()
    }

    pub(crate) fn start_at(&self) -> &str {
        &self.start_at
    }

    pub(crate) fn state(&self, name: &str) -> Option<&State> {
        self.states.get(name)
    }

    /// The `Type` of a state, the prefix of its events. A checked definition leads only to states
    /// it has.
    pub(crate) fn kind_of(&self, name: &str) -> &'static str {
        self.state(name).map_or("", State::kind)
    }

    fn tasks(&self) -> impl Iterator<Item = &Task> {
        self.states.values().filter_map(|state| match state {
            State::Task(task) => Some(task.as_ref()),
            State::Succeed | State::Fail(_) => None,
        })
    }
}
