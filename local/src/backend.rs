//! The gateway's ports, fitted to the runner and to the hosted functions.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use domain::ErrorCode;
use futures::FutureExt;
use futures::future::BoxFuture;
use lambda_kit::clock::SystemClock;
use lambda_kit::error::FunctionError;
use serde_json::Value;
use state_machine::{ApiError, Runner};

use crate::account::BOOKING_MACHINE;
use crate::functions::{Function, Functions};
use crate::gateway::{self, Gateway, NotLoopback, Settings, StartError, Started};

/// The gateway's router on a runner and the functions.
///
/// # Errors
/// [`NotLoopback`] for an address that other machines can reach.
pub(crate) fn gateway(
    address: SocketAddr,
    runner: Runner,
    functions: Arc<Functions>,
    settings: Settings,
) -> Result<Router, NotLoopback> {
    let (bookings, functions) = (Arc::new(Bookings(runner)), Arc::new(Hosted(functions)));
    let gateway = Gateway::new(address, bookings, functions, Arc::new(SystemClock))?;
    Ok(gateway.with(settings).router())
}

struct Bookings(Runner);

impl gateway::Executions for Bookings {
    fn start<'a>(
        &'a self,
        name: &'a str,
        input: &'a str,
        trace_header: Option<&'a str>,
    ) -> BoxFuture<'a, Result<Started, StartError>> {
        async move {
            let trace_header = trace_header.map(str::to_owned);
            match self.0.start(BOOKING_MACHINE, name, input, trace_header).await {
                Ok(started) => Ok(Started { execution_arn: started.execution_arn }),
                Err(ApiError::ExecutionAlreadyExists(_)) => Err(StartError::Exists),
                Err(ApiError::Throttled) => Err(StartError::Throttled),
                Err(error) => Err(StartError::Failed(error.into())),
            }
        }
        .boxed()
    }
}

struct Hosted(Arc<Functions>);

impl gateway::Functions for Hosted {
    fn invoke<'a>(
        &'a self,
        function: &'a str,
        payload: Value,
        trace_header: Option<String>,
    ) -> BoxFuture<'a, Result<Value, FunctionError>> {
        async move {
            let Some(function) = Function::named(function) else {
                let message = format!("there is no function {function}");
                return Err(FunctionError::new(ErrorCode::InternalError, message));
            };
            // What Lambda itself reports, such as a time-out, has no code of ours.
            self.0.invoke(function, payload, trace_header).await.map_err(|error| {
                let code = error.error_type.parse().unwrap_or(ErrorCode::InternalError);
                FunctionError::new(code, error.message)
            })
        }
        .boxed()
    }
}
