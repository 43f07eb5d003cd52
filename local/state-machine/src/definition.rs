//! A state machine as read from its file: checked once at load, then only followed.

mod load;
mod model;
mod problems;

use std::collections::{BTreeMap, BTreeSet};

pub(crate) use model::{Catcher, Fail, Next, Retrier, State, Task};
pub(crate) use problems::Problems;
pub use problems::{LoadError, LoadErrors};

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
    start_at: String,
    states: BTreeMap<String, State>,
}

impl Definition {
    /// Reads Amazon States Language, with each `${Name}` in a string replaced from `substitutions`.
    ///
    /// # Errors
    /// Everything this runner does not know or Step Functions would refuse, each with its path:
    /// fields, state types, path forms, intrinsics, dangling or unreachable states, substitutions
    /// without a value.
    pub fn load(json: &str, substitutions: &BTreeMap<String, String>) -> Result<Self, LoadErrors> {
        let mut problems = Problems::default();
        let definition = load::read(json, substitutions, &mut problems);
        problems.settle(definition)
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
