//! The state machine that undoes a trip, as its starter knows it.

use aws_sdk_sfn::Client;
use aws_sdk_sfn::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_sfn::operation::start_execution::StartExecutionError;
use domain::{ErrorCode, Failure, Trip};
use lambda_kit::error::FunctionError;
use serde_json::{Value, json};

/// The compensation chain, by the state machine that runs it. Clones share one client.
#[derive(Clone, Debug)]
pub struct CompensationChain {
    client: Client,
    state_machine_arn: String,
}

impl CompensationChain {
    /// The chain that the state machine of that ARN runs.
    #[must_use]
    pub fn new(client: Client, state_machine_arn: impl Into<String>) -> Self {
        Self { client, state_machine_arn: state_machine_arn.into() }
    }

    /// Starts the cancellation of a confirmed trip, unless that was started for this version of it
    /// before. Answers the ARN of the execution that was started.
    pub(super) async fn start(
        &self,
        trip: &Trip,
        trace_header: Option<String>,
    ) -> Result<Option<String>, Failure> {
        let request = self.client.start_execution().state_machine_arn(&self.state_machine_arn);
        let request = request.name(name(trip)).input(input(trip).to_string());
        match request.set_trace_header(trace_header).send().await {
            Ok(started) => Ok(Some(started.execution_arn)),
            Err(error) if already_started(&error) => Ok(None),
            Err(error) => Err(not_started(&error)),
        }
    }
}

/// One execution a version: it ends in another version, or is run again by redrive.
fn name(trip: &Trip) -> String {
    format!("{}.{}", trip.id, trip.version)
}

/// The same for every start of one name, since Step Functions compares it.
fn input(trip: &Trip) -> Value {
    json!({
        "trip_id": trip.id,
        "customer_id": trip.customer_id,
        "saga_id": trip.saga_id,
        "reason": "cancellation",
    })
}

type StartError = SdkError<StartExecutionError>;

fn already_started(error: &StartError) -> bool {
    error.as_service_error().is_some_and(StartExecutionError::is_execution_already_exists)
}

/// What Step Functions answers to more starts than it takes.
const TOO_MANY: [&str; 3] =
    ["ThrottlingException", "ExecutionLimitExceeded", "TooManyRequestsException"];

fn not_started(error: &StartError) -> Failure {
    let fault = FunctionError::internal(error);
    // Without an answer it may have started: asking again starts nothing more, and tells.
    if error.as_service_error().is_none() && !matches!(error, SdkError::ConstructionFailure(_)) {
        return super::out_of_time();
    }
    if error.code().is_some_and(|code| TOO_MANY.contains(&code)) {
        return Failure::new(ErrorCode::TooManyRequests, "too many at once; try again");
    }
    Failure::new(fault.code, fault.message)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing;
    use domain::TripStatus;

    #[test]
    fn an_execution_is_named_after_the_trips_version_and_speaks_for_its_saga() {
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
