//! Reads one state by its `Type`.

use serde_json::Value;

use super::{fields::Fields, task};
use crate::definition::{Fail, Problems, State};

/// The longest name of a state, in characters.
const MAX_NAME: usize = 80;

pub(super) fn read(name: &str, value: Value, problems: &mut Problems) -> Option<State> {
    let at = format!("States.{name}");
    if name.is_empty() || name.chars().count() > MAX_NAME {
        problems.add(&at, format!("a state's name has 1 to {MAX_NAME} characters"));
    }
    let mut fields = Fields::open(&at, value, problems)?;
    let kind = fields.required::<String>("Type");
    fields.optional::<String>("Comment");
    match kind?.as_str() {
        "Task" => task::read(fields).map(|task| State::Task(Box::new(task))),
        "Succeed" => {
            fields.close();
            Some(State::Succeed)
        }
        "Fail" => read_fail(fields).map(State::Fail),
        other => fields.refuse("Type", format!("the type '{other}' is not supported")),
    }
}

fn read_fail(mut fields: Fields<'_>) -> Option<Fail> {
    let error = fields.required("Error");
    let cause = fields.required("Cause");
    fields.close();
    Some(Fail { error: error?, cause: cause? })
}
