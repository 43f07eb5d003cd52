//! What the gateway needs from the rest of the runtime: executions to start, functions to invoke.

use std::error::Error;

use async_trait::async_trait;
use lambda_kit::error::FunctionError;
use serde_json::Value;

/// The function behind the read routes, by its name in [`Functions::invoke`].
pub const QUERY_API: &str = "query-api";
/// The function behind the cancellation, by its name in [`Functions::invoke`].
pub const TRIP_CANCEL: &str = "trip-cancel";

/// The state machine that books trips.
#[async_trait]
pub trait Executions: Send + Sync {
    /// Starts the execution `name` with `input`, which is JSON; returns its ARN. While it runs, the
    /// same name and input mean the same execution. `trace` is the AWS X-Ray header to trace it
    /// under.
    ///
    /// # Errors
    /// [`StartError`]; then nothing was started.
    async fn start(
        &self,
        name: &str,
        input: &str,
        trace: Option<String>,
    ) -> Result<String, StartError>;
}

/// Why no execution was started.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// An execution of that name runs with another input, or has ended.
    #[error("an execution of that name exists")]
    Exists,
    /// Too many were started at once.
    #[error("too many executions are being started")]
    Throttled,
    /// The state machine failed.
    #[error("the execution could not be started")]
    Failed(#[source] Box<dyn Error + Send + Sync>),
}

/// The functions behind the gateway.
#[async_trait]
pub trait Functions: Send + Sync {
    /// Invokes a function with the JSON of one event and waits for its answer. `trace` is as for
    /// [`Executions::start`].
    ///
    /// # Errors
    /// The function's own error, or the runtime's instead.
    async fn invoke(
        &self,
        function: &str,
        payload: Value,
        trace: Option<String>,
    ) -> Result<Value, FunctionError>;
}
