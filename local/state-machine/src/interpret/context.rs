//! The context object (`$$`): who is running, and where it stands.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::Position;
use crate::time::iso;

/// What stays the same for as long as an execution runs.
#[derive(Debug, Clone)]
pub(crate) struct Identity {
    pub(crate) arn: String,
    pub(crate) name: String,
    pub(crate) machine_arn: String,
    pub(crate) machine_name: String,
    pub(crate) input: Value,
    pub(crate) started: Timestamp,
    /// How often it was redriven. That is the same for as long as one driver runs it.
    pub(crate) redrives: u32,
}

impl Identity {
    /// The context object as a state at `position` sees it.
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
