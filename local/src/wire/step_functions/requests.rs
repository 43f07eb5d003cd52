//! What Step Functions' operations are asked with.

use event_bus::AwsError;
use event_bus::constraints::violation;
use serde::Deserialize;
use state_machine::{Page, Status, Stop};

use super::constraints::chars;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Start {
    pub(super) state_machine_arn: String,
    pub(super) name: Option<String>,
    #[serde(default = "empty_input")]
    pub(super) input: String,
    pub(super) trace_header: Option<String>,
}

fn empty_input() -> String {
    "{}".to_owned()
}

/// Also the request of `DescribeStateMachineForExecution`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct DescribeExecution {
    pub(super) execution_arn: String,
    #[serde(default)]
    pub(super) included_data: IncludedData,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct DescribeMachine {
    pub(super) state_machine_arn: String,
    #[serde(default)]
    pub(super) included_data: IncludedData,
}

/// How much an answer tells.
#[derive(Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(super) enum IncludedData {
    #[default]
    AllData,
    MetadataOnly,
}

impl IncludedData {
    pub(super) fn is_all(self) -> bool {
        self == Self::AllData
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct StopExecution {
    pub(super) execution_arn: String,
    #[serde(flatten)]
    pub(super) stop: Reason,
}

#[derive(Deserialize)]
pub(super) struct Reason {
    pub(super) error: Option<String>,
    pub(super) cause: Option<String>,
}

impl From<Reason> for Stop {
    fn from(Reason { error, cause }: Reason) -> Self {
        Self { error, cause }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Redrive {
    pub(super) execution_arn: String,
    pub(super) client_token: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct List {
    pub(super) state_machine_arn: Option<String>,
    pub(super) status_filter: Option<StatusFilter>,
    pub(super) redrive_filter: Option<RedriveFilter>,
    pub(super) map_run_arn: Option<String>,
    #[serde(flatten)]
    pub(super) page: PageRequest,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(super) enum StatusFilter {
    Running,
    Succeeded,
    Failed,
    Aborted,
    TimedOut,
    PendingRedrive,
}

impl StatusFilter {
    /// The status, if an execution here can have it.
    pub(super) fn checked(self) -> Result<Option<Status>, AwsError> {
        match self {
            Self::Running => Ok(Some(Status::Running)),
            Self::Succeeded => Ok(Some(Status::Succeeded)),
            Self::Failed => Ok(Some(Status::Failed)),
            Self::Aborted => Ok(Some(Status::Aborted)),
            Self::TimedOut => Ok(None),
            // Only executions of a Map Run have it.
            Self::PendingRedrive => {
                let rule = "It needs a mapRunArn";
                Err(violation("statusFilter", "PENDING_REDRIVE", rule))
            }
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(super) enum RedriveFilter {
    Redriven,
    NotRedriven,
}

impl RedriveFilter {
    pub(super) fn is_redriven(self) -> bool {
        self == Self::Redriven
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct History {
    pub(super) execution_arn: String,
    #[serde(default)]
    pub(super) reverse_order: bool,
    #[serde(default = "yes")]
    pub(super) include_execution_data: bool,
    #[serde(flatten)]
    pub(super) page: PageRequest,
}

fn yes() -> bool {
    true
}

#[derive(Deserialize)]
pub(super) struct ListMachines {
    #[serde(flatten)]
    pub(super) page: PageRequest,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Tags {
    pub(super) resource_arn: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct PageRequest {
    max_results: Option<i64>,
    next_token: Option<String>,
}

impl PageRequest {
    pub(super) fn checked(self) -> Result<Page, AwsError> {
        let Self { max_results, next_token } = self;
        chars("nextToken", next_token.as_deref(), 1..=1024)?;
        let max_results = max_results.map(rows).transpose()?;
        Ok(Page { max_results, next_token })
    }
}

fn rows(asked: i64) -> Result<u32, AwsError> {
    let rows = u32::try_from(asked).ok().filter(|rows| *rows <= Page::MAX_ROWS);
    let rule = format!("Member must have value between 0 and {}", Page::MAX_ROWS);
    rows.ok_or_else(|| violation("maxResults", &asked.to_string(), &rule))
}
