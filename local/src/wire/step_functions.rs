//! Step Functions' wire protocol (JSON 1.0) over the state-machine runner.

mod constraints;
mod requests;

use event_bus::constraints::{required, unsupported};
use event_bus::{AwsError, WireResponse};
use serde::Serialize;
use serde_json::json;
use state_machine::{ApiError, ExecutionPage, HistoryOrder, Runner};

use constraints::{arn, chars, read};
use requests::{
    DescribeExecution, DescribeMachine, History, List, ListMachines, Redrive, Start, StatusFilter,
    StopExecution, Tags,
};

/// The prefix of `X-Amz-Target`.
pub(super) const TARGET_PREFIX: &str = "AWSStepFunctions.";

/// What ARNs name.
const MACHINE: &str = "stateMachine";
const EXECUTION: &str = "execution";

/// Answers one operation.
pub(super) async fn handle(runner: &Runner, operation: &str, body: &[u8]) -> WireResponse {
    let answer = match operation {
        "StartExecution" => start(runner, body).await,
        "DescribeExecution" => described(runner, body).await,
        "ListExecutions" => list(runner, body).await,
        "GetExecutionHistory" => history(runner, body).await,
        "StopExecution" => stop(runner, body).await,
        "RedriveExecution" => redrive(runner, body).await,
        "ListStateMachines" => machines(runner, body),
        "DescribeStateMachine" => machine(runner, body),
        "DescribeStateMachineForExecution" => machine_of(runner, body).await,
        "ListTagsForResource" => tags(runner, body),
        unknown => Err(unknown_operation(unknown)),
    };
    answer.unwrap_or_else(|error| WireResponse::failure(&error))
}

type Answer = Result<WireResponse, AwsError>;

async fn start(runner: &Runner, body: &[u8]) -> Answer {
    let Start { state_machine_arn, name, input, trace_header } = read(body)?;
    let machine = arn(&state_machine_arn, MACHINE)?;
    chars("traceHeader", trace_header.as_deref(), 0..=256)?;
    let name = name.unwrap_or_else(|| uuid::Uuid::new_v4().to_string());
    success(&runner.start(machine, &name, &input, trace_header).await.map_err(aws)?)
}

async fn described(runner: &Runner, body: &[u8]) -> Answer {
    let DescribeExecution { execution_arn, included_data } = read(body)?;
    let described = runner.describe(arn(&execution_arn, EXECUTION)?).await.map_err(aws)?;
    success(&if included_data.is_all() { described } else { described.without_data() })
}

async fn stop(runner: &Runner, body: &[u8]) -> Answer {
    let StopExecution { execution_arn, stop } = read(body)?;
    chars("error", stop.error.as_deref(), 0..=256)?;
    chars("cause", stop.cause.as_deref(), 0..=32_768)?;
    success(&runner.stop(arn(&execution_arn, EXECUTION)?, stop.into()).await.map_err(aws)?)
}

async fn redrive(runner: &Runner, body: &[u8]) -> Answer {
    let Redrive { execution_arn, client_token } = read(body)?;
    let token = client_token.as_deref();
    constraints::token(token)?;
    success(&runner.redrive(arn(&execution_arn, EXECUTION)?, token).await.map_err(aws)?)
}

async fn list(runner: &Runner, body: &[u8]) -> Answer {
    let List { state_machine_arn, status_filter, redrive_filter, map_run_arn, page } = read(body)?;
    unsupported(&[("mapRunArn", map_run_arn.is_some())])?;
    let machine = required("stateMachineArn", state_machine_arn.as_deref())?;
    let (machine, page) = (arn(machine, MACHINE)?, page.checked()?);
    let status = status_filter.map(StatusFilter::checked).transpose()?;
    if status == Some(None) {
        runner.describe_machine(machine).map_err(aws)?;
        return success(&ExecutionPage { executions: Vec::new(), next_token: None });
    }
    let redriven = redrive_filter.map(requests::RedriveFilter::is_redriven);
    let filter = state_machine::Filter { status: status.flatten(), redriven };
    success(&runner.list(machine, filter, &page).await.map_err(aws)?)
}

async fn history(runner: &Runner, body: &[u8]) -> Answer {
    let History { execution_arn, reverse_order, include_execution_data, page } = read(body)?;
    let order = if reverse_order { HistoryOrder::NewestFirst } else { HistoryOrder::OldestFirst };
    let execution = arn(&execution_arn, EXECUTION)?;
    let page = runner.history(execution, order, &page.checked()?).await.map_err(aws)?;
    success(&if include_execution_data { page } else { page.without_data() })
}

fn machines(runner: &Runner, body: &[u8]) -> Answer {
    let ListMachines { page } = read(body)?;
    success(&runner.machines(&page.checked()?).map_err(aws)?)
}

fn machine(runner: &Runner, body: &[u8]) -> Answer {
    let DescribeMachine { state_machine_arn, included_data } = read(body)?;
    let described = runner.describe_machine(arn(&state_machine_arn, MACHINE)?).map_err(aws)?;
    success(&if included_data.is_all() { described } else { described.without_data() })
}

async fn machine_of(runner: &Runner, body: &[u8]) -> Answer {
    let DescribeExecution { execution_arn, included_data } = read(body)?;
    let machine = runner.machine_of(arn(&execution_arn, EXECUTION)?).await.map_err(aws)?;
    success(&if included_data.is_all() { machine } else { machine.without_data() })
}

/// Machines have no tags here, and activities do not exist.
fn tags(runner: &Runner, body: &[u8]) -> Answer {
    let Tags { resource_arn } = read(body)?;
    match runner.describe_machine(&resource_arn) {
        Ok(_) => success(&json!({"tags": []})),
        Err(_) => {
            let message = format!("there is no resource '{resource_arn}'");
            Err(AwsError::new(400, "ResourceNotFound", message))
        }
    }
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
