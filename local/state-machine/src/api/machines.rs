//! The answers about state machines.

use jiff::Timestamp;
use serde::Serialize;

use crate::time::epoch_seconds;

/// A row of `ListStateMachines`.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct MachineSummary {
    /// The machine.
    pub state_machine_arn: String,
    /// Its name.
    pub name: String,
    /// `STANDARD`: an execution is durable and runs once.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// When the runner was opened with it.
    #[serde(serialize_with = "epoch_seconds")]
    pub creation_date: Timestamp,
}

/// The answer of `ListStateMachines`.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct MachinePage {
    /// The machines on this page.
    pub state_machines: Vec<MachineSummary>,
    /// The token of the next page, if there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_token: Option<String>,
}

/// The answer of `DescribeStateMachine`.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct MachineDescription {
    /// The fields that a list shows too.
    #[serde(flatten)]
    pub summary: MachineSummary,
    /// `ACTIVE`.
    pub status: &'static str,
    /// The definition as it runs, as JSON text.
    pub definition: String,
    /// A placeholder: local calls have no roles.
    pub role_arn: String,
}

/// The answer of `DescribeStateMachineForExecution`.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct MachineOfExecution {
    /// The machine.
    pub state_machine_arn: String,
    /// Its name.
    pub name: String,
    /// The definition as JSON text: the present one, with which executions continue here.
    pub definition: String,
    /// A placeholder: local calls have no roles.
    pub role_arn: String,
    /// When the runner was opened with it.
    #[serde(serialize_with = "epoch_seconds")]
    pub update_date: Timestamp,
}

impl MachineDescription {
    /// The same with `{}` for the definition: `METADATA_ONLY`.
    #[must_use]
    pub fn without_data(self) -> Self {
        Self { definition: "{}".to_owned(), ..self }
    }
}

impl MachineOfExecution {
    /// The same with `{}` for the definition: `METADATA_ONLY`.
    #[must_use]
    pub fn without_data(self) -> Self {
        Self { definition: "{}".to_owned(), ..self }
    }
}
