//! The context object (`$$`): who is running, and where it stands.

use super::Position;
use crate::time::iso;
use jiff::Timestamp;
use serde_json::{Value, json};

/// What stays the same for the whole life of an execution.
#[derive(Debug, Clone)]
pub(crate) struct Identity {
    pub(crate) arn: String,
    pub(crate) name: String,
    pub(crate) machine_arn: String,
    pub(crate) machine_name: String,
    pub(crate) input: Value,
    pub(crate) started: Timestamp,
}

impl Identity {
    /// The context object as a state at `position` sees it.
    pub(crate) fn context(&self, position: &Position) -> Value {
        json!({
            "Execution": {
                "Id": self.arn,
                "Name": self.name,
                "StartTime": iso(self.started),
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
