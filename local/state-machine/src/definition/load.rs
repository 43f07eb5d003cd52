//! The strict reader: it takes the fields that it knows, checks them, and refuses all others.

mod fields;
mod graph;
mod policy;
mod result_path;
mod state;
mod substitute;
mod task;

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::model::State;
use super::problems::{LoadErrors, Problems};
use super::states::Definition;
use fields::Fields;

impl Definition {
    /// Reads Amazon States Language, with each `${Name}` in a string replaced from `substitutions`.
    ///
    /// # Errors
    /// Everything that this runner does not support or Step Functions would refuse, each with its
    /// path: fields, state types, path forms, intrinsics, dangling or unreachable states,
    /// substitutions without a value.
    pub fn load(json: &str, substitutions: &BTreeMap<String, String>) -> Result<Self, LoadErrors> {
        let mut problems = Problems::default();
        let definition = read(json, substitutions, &mut problems);
        problems.settle(definition)
    }
}

/// Reads a definition. If it returns `None` or adds a problem, the definition is refused.
fn read(
    json: &str,
    substitutions: &BTreeMap<String, String>,
    problems: &mut Problems,
) -> Option<Definition> {
    let mut document: Value = match serde_json::from_str(json) {
        Ok(document) => document,
        Err(error) => return problems.refuse("", format!("not JSON: {error}")),
    };
    substitute::apply(&mut document, "", substitutions, problems);
    let json = format!("{document:#}");
    let mut fields = Fields::open("", document, problems)?;
    fields.optional::<String>("Comment");
    let start_at = fields.required::<String>("StartAt");
    let states = fields.required::<Map<String, Value>>("States");
    fields.close();
    let (start_at, states) = (start_at?, read_states(states?, problems)?);
    let definition = Definition { json, start_at, states };
    graph::check(&definition, problems);
    Some(definition)
}

/// `None` if a state could not be read: its successors are unknown then, so the graph cannot be
/// checked.
fn read_states(
    states: Map<String, Value>,
    problems: &mut Problems,
) -> Option<BTreeMap<String, State>> {
    let count = states.len();
    let read: BTreeMap<String, State> = states
        .into_iter()
        .filter_map(|(name, state)| Some((name.clone(), state::read(&name, state, problems)?)))
        .collect();
    (read.len() == count).then_some(read)
}
