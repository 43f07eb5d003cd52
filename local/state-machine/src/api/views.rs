//! The answers about one execution.

use jiff::Timestamp;
use serde::Serialize;

use super::Status;
use crate::time::{epoch_seconds, epoch_seconds_option};

/// The answer of `StartExecution`.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Started {
    /// The execution, new or the same as before.
    pub execution_arn: String,
    /// When it started.
    #[serde(serialize_with = "epoch_seconds")]
    pub start_date: Timestamp,
}

/// The answer of `StopExecution`.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Stopped {
    /// When the execution stopped; before the call if it had already ended.
    #[serde(serialize_with = "epoch_seconds")]
    pub stop_date: Timestamp,
}

/// The answer of `RedriveExecution`.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Redriven {
    /// When the execution was redriven.
    #[serde(serialize_with = "epoch_seconds")]
    pub redrive_date: Timestamp,
}

/// One row of `ListExecutions`.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ExecutionSummary {
    /// The execution.
    pub execution_arn: String,
    /// Its machine.
    pub state_machine_arn: String,
    /// Its name.
    pub name: String,
    /// Its status.
    pub status: Status,
    /// When it started.
    #[serde(serialize_with = "epoch_seconds")]
    pub start_date: Timestamp,
    /// When it ended.
    #[serde(serialize_with = "epoch_seconds_option", skip_serializing_if = "Option::is_none")]
    pub stop_date: Option<Timestamp>,
    /// How often it was redriven.
    pub redrive_count: u32,
    /// When it was last redriven.
    #[serde(serialize_with = "epoch_seconds_option", skip_serializing_if = "Option::is_none")]
    pub redrive_date: Option<Timestamp>,
}

/// The answer of `DescribeExecution`.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Description {
    /// The fields that a list shows too.
    #[serde(flatten)]
    pub summary: ExecutionSummary,
    /// The input, as it was sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub input: Option<String>,
    /// Whether the input is here.
    pub input_details: Included,
    /// The output as JSON text, once it succeeded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub output: Option<String>,
    /// Whether the output, if there is one, is here.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub output_details: Option<Included>,
    /// The trace header with which it was started.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trace_header: Option<String>,
    /// The name of the error with which it failed or was stopped.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// The cause of its failure, or of its stop.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cause: Option<String>,
    /// Whether redrive would continue it.
    pub redrive_status: RedriveStatus,
    /// Why it would not continue.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub redrive_status_reason: Option<&'static str>,
}

impl Description {
    /// The same without what the execution works on: `METADATA_ONLY`.
    #[must_use]
    pub fn without_data(self) -> Self {
        Self {
            input: None,
            input_details: Included::NOT,
            output: None,
            output_details: self.output_details.map(|_| Included::NOT),
            error: None,
            cause: None,
            ..self
        }
    }
}

/// Whether redrive would continue an execution.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum RedriveStatus {
    /// Redrive would continue it.
    Redrivable,
    /// Redrive would be refused.
    NotRedrivable,
}

/// Says beside an input or output whether it is here, and then complete.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Included {
    /// Whether it is.
    pub included: bool,
}

impl Included {
    pub(crate) const WHOLE: Self = Self { included: true };
    const NOT: Self = Self { included: false };
}
