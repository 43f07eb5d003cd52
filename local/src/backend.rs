//! The gateway's ports, implemented with the runner and the hosted functions.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use domain::{ErrorCode, TripId};
use gateway::{Gateway, Settings, StartError};
use lambda_kit::clock::SystemClock;
use lambda_kit::error::{FunctionError, chain};
use lambda_kit::spans::Spans;
use serde_json::Value;
use state_machine::{ApiError, Runner};
use store::TripStore;
use tokio::time::timeout;

use crate::account::{BOOKING_MACHINE, execution_arn};
use crate::function::Function;
use crate::functions::Functions;

/// How long a start waits for the read of its trip.
const LOOK: Duration = Duration::from_secs(1);

/// The gateway on a runner and the functions.
pub(crate) fn gateway(
    bookings: Bookings,
    functions: Arc<Functions>,
    spans: Spans,
    settings: Settings,
) -> Gateway {
    Gateway {
        executions: Arc::new(bookings),
        functions: Arc::new(Hosted(functions)),
        clock: Arc::new(SystemClock),
        spans,
        settings: Arc::new(settings),
    }
}

/// Starts the sagas that book trips.
pub(crate) struct Bookings {
    pub(crate) runner: Runner,
    pub(crate) trips: TripStore,
    /// How long a booking waits for a place among those that have not begun.
    pub(crate) patience: Duration,
}

#[async_trait]
impl gateway::Executions for Bookings {
    async fn start(
        &self,
        name: &str,
        input: &str,
        trace: Option<String>,
    ) -> Result<String, StartError> {
        let Ok(place) = timeout(self.patience, self.runner.place()).await else {
            return Err(StartError::Throttled);
        };
        let place = place.map_err(|error| StartError::Failed(error.into()))?;
        if self.is_forgotten(name).await {
            return Err(StartError::Exists);
        }
        match self.runner.start_in(Some(place), BOOKING_MACHINE, name, input, trace).await {
            Ok(started) => Ok(started.execution_arn),
            Err(ApiError::ExecutionAlreadyExists(_)) => Err(StartError::Exists),
            Err(ApiError::Throttled) => Err(StartError::Throttled),
            Err(error) => Err(StartError::Failed(error.into())),
        }
    }
}

impl Bookings {
    /// Whether the runner has forgotten the name, 90 days after its execution, while its trip is
    /// there.
    ///
    /// If that cannot be decided, the start decides, and then the saga's first step, which finds
    /// the trip too.
    async fn is_forgotten(&self, name: &str) -> bool {
        let Ok(trip) = TripId::parse(name) else { return false };
        let known = self.runner.describe(&execution_arn(BOOKING_MACHINE, name)).await;
        if !matches!(known, Err(ApiError::ExecutionDoesNotExist(_))) {
            return false;
        }
        match timeout(LOOK, self.trips.exists(&trip)).await {
            Ok(Ok(exists)) => exists,
            Ok(Err(error)) => {
                tracing::warn!(cause = %chain(&error), "no look at the trip before its start");
                false
            }
            Err(_) => false,
        }
    }
}

struct Hosted(Arc<Functions>);

#[async_trait]
impl gateway::Functions for Hosted {
    async fn invoke(
        &self,
        function: &str,
        payload: Value,
        trace: Option<String>,
    ) -> Result<Value, FunctionError> {
        let Some(function) = Function::named(function) else {
            let message = format!("there is no function {function}");
            return Err(FunctionError::new(ErrorCode::InternalError, message));
        };
        // What Lambda itself reports, such as a time-out, has no code of ours.
        self.0.invoke(function, payload, trace).await.map_err(|error| {
            let code = error.error_type.parse().unwrap_or(ErrorCode::InternalError);
            FunctionError::new(code, error.message)
        })
    }
}
