//! The context object (`$$`): the execution and its present state.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::Position;
use crate::time::iso;

/// The part that does not change during an execution.
#[derive(Debug, Clone)]
pub(crate) struct Identity {
    pub(crate) arn: String,
    pub(crate) name: String,
    pub(crate) machine_arn: String,
    pub(crate) machine_name: String,
    pub(crate) input: Value,
    pub(crate) started: Timestamp,
    /// How often it was redriven. This does not change while one driver runs it.
    pub(crate) redrives: u32,
}

impl Identity {
    /// The context object for a state at `position`.
    pub(crate) fn context(&self, position: &Position) -> Value {
        json!({
            "Execution": {
                "Id": self.arn,
                "Name": self.name,
                "StartTime": iso(self.started),
                "RedriveCount": self.redrives,
                "Input": self.input,
            },
            "State": {
                "Name": position.state,
                "EnteredTime": iso(position.entered),
                "RetryCount": position.retries.iter().sum::<u32>(),
            },
            "StateMachine": {"Id": self.machine_arn, "Name": self.machine_name},
        })
    }
}
