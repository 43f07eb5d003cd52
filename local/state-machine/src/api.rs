//! The runner's answers in Step Functions' wire form: its field names, dates as epoch seconds, its
//! error codes.

mod error;
mod machines;
mod pages;
mod requests;
mod views;

use serde::{Deserialize, Serialize};

pub use error::ApiError;
pub use machines::{MachineDescription, MachineOfExecution, MachinePage, MachineSummary};
pub use pages::{ExecutionPage, HistoryOrder, HistoryPage, Page};
pub use requests::{Filter, Stop};
pub use views::{
    Description, ExecutionSummary, Included, RedriveStatus, Redriven, Started, Stopped,
};

/// The status of an execution. There is no `TIMED_OUT`: a machine here has no time limit for a
/// whole execution.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Status {
    /// Running.
    Running,
    /// Ended in a Succeed state or after a last task.
    Succeeded,
    /// Ended in a Fail state, or failed in a task.
    Failed,
    /// Stopped by a request.
    Aborted,
}

impl Status {
    /// The wire name.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Running => "RUNNING",
            Self::Succeeded => "SUCCEEDED",
            Self::Failed => "FAILED",
            Self::Aborted => "ABORTED",
        }
    }

    /// Whether the execution has ended.
    #[must_use]
    pub fn is_terminal(self) -> bool {
        self != Self::Running
    }
}
