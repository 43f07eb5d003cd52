//! Step Functions' wire protocol (JSON 1.0) over the state-machine runner.

use event_bus::{AwsError, WireResponse};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use state_machine::{ApiError, HistoryOrder, Page, Runner, Status};

/// The prefix of `X-Amz-Target`.
pub(super) const TARGET_PREFIX: &str = "AWSStepFunctions.";

/// Answers one operation.
pub(super) async fn handle(runner: &Runner, operation: &str, body: &[u8]) -> WireResponse {
    let answer = match operation {
        "StartExecution" => start(runner, body).await,
        "DescribeExecution" => described(runner, body).await,
        "ListExecutions" => list(runner, body).await,
        "GetExecutionHistory" => history(runner, body).await,
        "StopExecution" => stop(runner, body).await,
        "RedriveExecution" => redrive(runner, body).await,
        unknown => Err(unknown_operation(unknown)),
    };
    answer.unwrap_or_else(|error| WireResponse::failure(&error))
}

type Answer = Result<WireResponse, AwsError>;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Start {
    state_machine_arn: String,
    name: Option<String>,
    #[serde(default = "empty_input")]
    input: String,
    trace_header: Option<String>,
}

fn empty_input() -> String {
    "{}".to_owned()
}

async fn start(runner: &Runner, body: &[u8]) -> Answer {
    let Start { state_machine_arn, name, input, trace_header } = read(body)?;
    let name = name.unwrap_or_else(|| uuid::Uuid::new_v4().to_string());
    success(&runner.start(&state_machine_arn, &name, &input, trace_header).await.map_err(aws)?)
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Named {
    execution_arn: String,
}

async fn described(runner: &Runner, body: &[u8]) -> Answer {
    let Named { execution_arn } = read(body)?;
    success(&runner.describe(&execution_arn).await.map_err(aws)?)
}

async fn stop(runner: &Runner, body: &[u8]) -> Answer {
    let Named { execution_arn } = read(body)?;
    success(&runner.stop(&execution_arn).await.map_err(aws)?)
}

async fn redrive(runner: &Runner, body: &[u8]) -> Answer {
    let Named { execution_arn } = read(body)?;
    success(&runner.redrive(&execution_arn).await.map_err(aws)?)
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct List {
    state_machine_arn: String,
    status_filter: Option<Status>,
    #[serde(flatten)]
    page: Page,
}

async fn list(runner: &Runner, body: &[u8]) -> Answer {
    let List { state_machine_arn, status_filter, page } = read(body)?;
    success(&runner.list(&state_machine_arn, status_filter, &page).await.map_err(aws)?)
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct History {
    execution_arn: String,
    #[serde(default)]
    reverse_order: bool,
    #[serde(flatten)]
    page: Page,
}

async fn history(runner: &Runner, body: &[u8]) -> Answer {
    let History { execution_arn, reverse_order, page } = read(body)?;
    let order = if reverse_order { HistoryOrder::NewestFirst } else { HistoryOrder::OldestFirst };
    success(&runner.history(&execution_arn, order, &page).await.map_err(aws)?)
}

fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, AwsError> {
    serde_json::from_slice(body)
        .map_err(|error| AwsError::new(400, "ValidationException", error.to_string()))
}

fn success(answer: &impl Serialize) -> Answer {
    match serde_json::to_vec(answer) {
        Ok(body) => Ok(WireResponse { status: 200, error_type: None, body: body.into() }),
        Err(error) => Err(AwsError::new(500, "InternalServerError", error.to_string())),
    }
}

fn aws(error: ApiError) -> AwsError {
    let status = match &error {
        ApiError::ShuttingDown => 503,
        ApiError::Journal(cause) => {
            tracing::error!(error = %lambda_kit::error::chain(cause), "the journal failed");
            500
        }
        _ => 400,
    };
    AwsError::new(status, error.code(), error.to_string())
}

fn unknown_operation(operation: &str) -> AwsError {
    let message = format!("The local Step Functions has no operation {operation:?}.");
    AwsError::new(400, "UnknownOperationException", message)
}
