//! The state machine that undoes a trip, from the side of its starter.

use aws_sdk_sfn::Client;
use aws_sdk_sfn::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_sfn::operation::describe_execution::DescribeExecutionOutput;
use aws_sdk_sfn::operation::redrive_execution::RedriveExecutionError;
use aws_sdk_sfn::operation::start_execution::StartExecutionError;
use aws_sdk_sfn::types::ExecutionStatus;
use domain::{ErrorCode, Failure, Trip, TripState};
use lambda_kit::error::FunctionError;
use serde_json::{Value, json};

/// The most names that are tried. A second name is needed only for an execution that can no longer
/// be redriven, two weeks after it failed.
const MOST_NAMES: usize = 3;

/// The compensation chain: the state machine that runs it. Clones share one client.
#[derive(Clone, Debug)]
pub struct CompensationChain {
    client: Client,
    state_machine_arn: String,
}

/// The state of an execution that was started before.
enum Earlier {
    /// It is running, or has succeeded.
    Goes,
    /// It had failed, and was now redriven from where it failed.
    Continued(String),
    /// It failed, at that second, and cannot be redriven.
    Lost(i64),
}

impl CompensationChain {
    /// The chain that the state machine with this ARN runs.
    #[must_use]
    pub fn new(client: Client, state_machine_arn: impl Into<String>) -> Self {
        Self { client, state_machine_arn: state_machine_arn.into() }
    }

    /// Makes sure that the cancellation of a confirmed trip runs: starts it, or redrives one that
    /// failed. Returns the execution's ARN if the start or the redrive succeeded; `None` if an
    /// earlier execution with that name is running or has succeeded.
    pub(super) async fn ensure_running(
        &self,
        trip: &Trip,
        trace_header: Option<String>,
    ) -> Result<Option<String>, Failure> {
        let mut name = name(trip);
        for _ in 0..MOST_NAMES {
            if let Some(arn) = self.start(trip, &name, trace_header.clone()).await? {
                return Ok(Some(arn));
            }
            match self.earlier(self.execution_arn(&name)).await? {
                Earlier::Goes => return Ok(None),
                Earlier::Continued(arn) => return Ok(Some(arn)),
                Earlier::Lost(at) => name = name_after(trip, at),
            }
        }
        Err(Failure::new(ErrorCode::InternalError, "the cancellation could not be started"))
    }

    /// Returns `None` if the name belongs to an execution that has ended.
    async fn start(
        &self,
        trip: &Trip,
        name: &str,
        trace_header: Option<String>,
    ) -> Result<Option<String>, Failure> {
        let request = self.client.start_execution().state_machine_arn(&self.state_machine_arn);
        let request = request.name(name).input(input(trip).to_string());
        match request.set_trace_header(trace_header).send().await {
            Ok(started) => Ok(Some(started.execution_arn)),
            Err(error) if is_taken(&error) => Ok(None),
            Err(error) => Err(not_answered(&error)),
        }
    }

    async fn earlier(&self, arn: String) -> Result<Earlier, Failure> {
        if goes(&self.describe(&arn).await?) {
            return Ok(Earlier::Goes);
        }
        if self.redrive(&arn).await? {
            return Ok(Earlier::Continued(arn));
        }
        // Another caller may have redriven it at this moment.
        let failed = self.describe(&arn).await?;
        if goes(&failed) {
            return Ok(Earlier::Goes);
        }
        Ok(Earlier::Lost(failed.stop_date.map_or(0, |date| date.secs())))
    }

    async fn describe(&self, arn: &str) -> Result<DescribeExecutionOutput, Failure> {
        let found = self.client.describe_execution().execution_arn(arn).send().await;
        found.map_err(|error| not_answered(&error))
    }

    /// Whether this call redrove it.
    async fn redrive(&self, arn: &str) -> Result<bool, Failure> {
        match self.client.redrive_execution().execution_arn(arn).send().await {
            Ok(_) => Ok(true),
            Err(error) if is_not_redrivable(&error) => Ok(false),
            Err(error) => Err(not_answered(&error)),
        }
    }

    fn execution_arn(&self, name: &str) -> String {
        let machine = self.state_machine_arn.replacen(":stateMachine:", ":execution:", 1);
        format!("{machine}:{name}")
    }
}

/// One execution for the one cancellation that a trip can have.
fn name(trip: &Trip) -> String {
    format!("{}.{}", trip.state().id, trip.confirmed_version())
}

/// The same name for every caller that finds the same lost execution. At most 80 characters: up to
/// 64 are the trip's id.
fn name_after(trip: &Trip, lost_at: i64) -> String {
    format!("{}.{lost_at}", name(trip))
}

/// The same input for every start with one name, since Step Functions compares it.
fn input(trip: &Trip) -> Value {
    let TripState { id, customer_id, saga_id, .. } = trip.state();
    json!({
        "trip_id": id,
        "customer_id": customer_id,
        "saga_id": saga_id,
        "reason": "cancellation",
    })
}

fn is_taken(error: &SdkError<StartExecutionError>) -> bool {
    error.as_service_error().is_some_and(StartExecutionError::is_execution_already_exists)
}

/// Whether it is running or has succeeded.
fn goes(execution: &DescribeExecutionOutput) -> bool {
    matches!(execution.status, ExecutionStatus::Running | ExecutionStatus::Succeeded)
}

fn is_not_redrivable(error: &SdkError<RedriveExecutionError>) -> bool {
    error.as_service_error().is_some_and(RedriveExecutionError::is_execution_not_redrivable)
}

/// Step Functions' errors for more calls than it accepts.
const TOO_MANY: [&str; 3] =
    ["ThrottlingException", "ExecutionLimitExceeded", "TooManyRequestsException"];

/// A call without an answer may have taken effect.
pub(crate) fn out_of_time() -> Failure {
    Failure::new(ErrorCode::StoreUnavailable, "there was no answer in time; try again")
}

fn not_answered<E>(error: &SdkError<E>) -> Failure
where
    E: std::error::Error + ProvideErrorMetadata + Send + Sync + 'static,
{
    let fault = FunctionError::internal(error);
    // Without an answer, the execution may have started: a retry starts nothing more, and finds
    // out.
    if error.as_service_error().is_none() && !matches!(error, SdkError::ConstructionFailure(_)) {
        return out_of_time();
    }
    if error.code().is_some_and(|code| TOO_MANY.contains(&code)) {
        return Failure::new(ErrorCode::TooManyRequests, "too many at once; try again");
    }
    Failure::new(fault.code, fault.message)
}

#[cfg(test)]
mod tests {
    use domain::TripStatus;

    use super::*;
    use crate::testing;

    #[test]
    fn an_execution_is_named_after_the_confirmed_trip_and_speaks_for_its_saga() {
        let trip = testing::trip(TripStatus::Confirmed);
        assert_eq!(name(&trip), "trip-1.3");
        assert_eq!(
            input(&trip),
            json!({
                "trip_id": "trip-1",
                "customer_id": "alice",
                "saga_id": "trip-1@2026-01-01T00:00:00Z",
                "reason": "cancellation",
            })
        );
    }
}
