//! The state machine that undoes a trip, from the side of its starter.

use aws_json::CallFailed;
use domain::{ErrorCode, Failure, Trip, TripState};
use lambda_kit::config::{Config, ConfigError, name as setting};
use lambda_kit::error::FunctionError;
use serde_json::{Value, json};

use super::step_functions::{Execution, Start, StepFunctions};

/// The most names that are tried. A second name is needed only for an execution that can no longer
/// be redriven, two weeks after it failed.
const MOST_NAMES: usize = 3;
/// Step Functions' error for a name that an execution has that has ended.
const TAKEN: &str = "ExecutionAlreadyExists";
/// Its error for an execution that did not fail, or too long ago.
const NOT_REDRIVABLE: &str = "ExecutionNotRedrivable";
/// Its errors for more calls than it accepts.
const TOO_MANY: [&str; 3] =
    ["ThrottlingException", "ExecutionLimitExceeded", "TooManyRequestsException"];

/// The compensation chain: the state machine that runs it. Clones share one client.
#[derive(Clone, Debug)]
pub struct CompensationChain {
    step_functions: StepFunctions,
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
    /// The chain that the settings name, if they name one.
    ///
    /// # Errors
    /// If they name no region, or a malformed endpoint.
    pub(crate) async fn from_config(config: &Config) -> Result<Option<Self>, ConfigError> {
        let Some(arn) = config.get(setting::COMPENSATION_STATE_MACHINE_ARN) else {
            return Ok(None);
        };
        let step_functions = StepFunctions::from_config(config).await?;
        Ok(Some(Self { step_functions, state_machine_arn: arn.to_owned() }))
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
        let state_machine_arn = &self.state_machine_arn;
        let start = Start { state_machine_arn, name, input: input(trip).to_string(), trace_header };
        match self.step_functions.start(&start).await {
            Ok(arn) => Ok(Some(arn)),
            Err(error) if code(&error) == Some(TAKEN) => Ok(None),
            Err(error) => Err(not_answered(&error)),
        }
    }

    async fn earlier(&self, arn: String) -> Result<Earlier, Failure> {
        if self.describe(&arn).await?.goes() {
            return Ok(Earlier::Goes);
        }
        if self.redrive(&arn).await? {
            return Ok(Earlier::Continued(arn));
        }
        // Another caller may have redriven it at this moment.
        let failed = self.describe(&arn).await?;
        Ok(if failed.goes() { Earlier::Goes } else { Earlier::Lost(failed.ended_at()) })
    }

    async fn describe(&self, arn: &str) -> Result<Execution, Failure> {
        self.step_functions.describe(arn).await.map_err(|error| not_answered(&error))
    }

    /// Whether this call redrove it.
    async fn redrive(&self, arn: &str) -> Result<bool, Failure> {
        match self.step_functions.redrive(arn).await {
            Ok(()) => Ok(true),
            Err(error) if code(&error) == Some(NOT_REDRIVABLE) => Ok(false),
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

/// A call without an answer may have taken effect.
pub(crate) fn out_of_time() -> Failure {
    Failure::new(ErrorCode::StoreUnavailable, "there was no answer in time; try again")
}

/// The name of the error with which Step Functions answered.
fn code(error: &CallFailed) -> Option<&str> {
    let CallFailed::Refused(refusal) = error else { return None };
    refusal.code.as_deref()
}

fn not_answered(error: &CallFailed) -> Failure {
    let fault = FunctionError::internal(error);
    match error {
        CallFailed::Refused(_) if code(error).is_some_and(|code| TOO_MANY.contains(&code)) => {
            Failure::new(ErrorCode::TooManyRequests, "too many at once; try again")
        }
        CallFailed::Refused(_)
        | CallFailed::Nowhere
        | CallFailed::Unencoded(_)
        | CallFailed::Unwritten(_)
        | CallFailed::Malformed(_) => Failure::new(fault.code, fault.message),
        // Without an answer, the execution may have started: a retry starts nothing more, and
        // finds out.
        _ => out_of_time(),
    }
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
