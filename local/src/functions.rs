//! The functions of the product, hosted in this process and invoked as Lambda invokes them: JSON
//! in, JSON out, a deadline, a time-out, and an error by name.

use std::sync::Arc;
use std::time::Duration;

use domain::Clock;
use futures::FutureExt;
use lambda_kit::clock::SystemClock;
use lambda_kit::config::Config;
use lambda_kit::spans::{Spans, Trigger};
use lambda_runtime::{Context, LambdaEvent};
use saga::Operation;
use serde_json::Value;
use uuid::Uuid;

use crate::account::function_arn;
use crate::faults::InvocationFaults;

/// One of the product's functions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Function {
    /// One of the seven operations of the saga.
    Saga(Operation),
    /// Outbox records to the bus.
    Dispatcher,
    /// What the stream missed, to the bus.
    OutboxSweeper,
    /// Trip records to the search view.
    Projector,
    /// The read side over HTTP.
    QueryApi,
}

impl Function {
    /// The function of that name or ARN.
    #[must_use]
    pub fn named(name_or_arn: &str) -> Option<Self> {
        let name = name_or_arn.rsplit(':').next().unwrap_or(name_or_arn);
        Self::all().find(|function| function.name() == name)
    }

    /// Every function there is.
    pub fn all() -> impl Iterator<Item = Self> {
        let others = [Self::Dispatcher, Self::OutboxSweeper, Self::Projector, Self::QueryApi];
        Operation::ALL.iter().copied().map(Self::Saga).chain(others)
    }

    /// The function's name: `flight-reserve`, `dispatcher`, …
    #[must_use]
    pub fn name(self) -> String {
        match self {
            Self::Saga(operation) => operation.handler_name().replace('.', "-"),
            Self::Dispatcher => "dispatcher".to_owned(),
            Self::OutboxSweeper => "outbox-sweeper".to_owned(),
            Self::Projector => "projector".to_owned(),
            Self::QueryApi => "query-api".to_owned(),
        }
    }

    /// What invokes the function.
    #[must_use]
    pub fn trigger(self) -> Trigger {
        match self {
            Self::Saga(operation) => operation.trigger(),
            Self::Dispatcher => dispatcher::TRIGGER,
            Self::OutboxSweeper => dispatcher::sweeper::TRIGGER,
            Self::Projector => projector::TRIGGER,
            Self::QueryApi => Trigger::Http,
        }
    }

    /// How long one invocation may take.
    #[must_use]
    pub fn timeout(self) -> Duration {
        Duration::from_secs(match self {
            Self::Saga(_) => 15,
            Self::QueryApi => 10,
            Self::Dispatcher | Self::OutboxSweeper | Self::Projector => 55,
        })
    }
}

/// A function's error as Lambda reports it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvocationError {
    /// Lambda's `errorType`.
    pub error_type: String,
    /// Lambda's `errorMessage`.
    pub message: String,
}

/// Every function, ready to be invoked.
pub struct Functions {
    saga: saga::Deps,
    dispatcher: dispatcher::Deps,
    projector: projector::Deps,
    query_api: query_api::Deps,
    faults: Arc<dyn InvocationFaults>,
    spans: Spans,
}

impl Functions {
    /// Builds every function from one configuration; `faults` decides which invocations fail, and
    /// `spans` takes what is traced.
    ///
    /// # Errors
    /// When a setting is missing or malformed.
    pub async fn build(
        config: &Config,
        faults: Arc<dyn InvocationFaults>,
        spans: Spans,
    ) -> anyhow::Result<Arc<Self>> {
        Ok(Arc::new(Self {
            saga: saga::Deps::from_config(config).await?,
            dispatcher: dispatcher::Deps::from_config(config).await?,
            projector: projector::Deps::from_config(config).await?,
            query_api: query_api::Deps::from_config(config).await?,
            faults,
            spans,
        }))
    }

    /// Invokes a function and waits for its answer. It is stopped at its time-out, as Lambda stops
    /// the sandbox; a panic ends the invocation and nothing else.
    ///
    /// # Errors
    /// What the function, or in its place Lambda, reports.
    pub async fn invoke(
        self: &Arc<Self>,
        function: Function,
        payload: Value,
        trace: Option<String>,
    ) -> Result<Value, InvocationError> {
        self.invoke_as(Uuid::new_v4(), function, payload, trace).await
    }

    /// The same, under a request id that the caller has chosen.
    ///
    /// # Errors
    /// As for [`Functions::invoke`].
    pub async fn invoke_as(
        self: &Arc<Self>,
        request_id: Uuid,
        function: Function,
        payload: Value,
        trace: Option<String>,
    ) -> Result<Value, InvocationError> {
        if let Some(fault) = self.faults.before(function, &payload) {
            return Err(fault);
        }
        let event = LambdaEvent::new(payload, context(request_id, function, trace));
        let answer = self.run(function, event).await;
        self.faults.after(function, &answer).map_or(answer, Err)
    }

    async fn run(
        self: &Arc<Self>,
        function: Function,
        event: LambdaEvent<Value>,
    ) -> Result<Value, InvocationError> {
        let this = Arc::clone(self);
        let mut task = tokio::spawn(async move { this.call(function, event).await });
        match tokio::time::timeout(function.timeout(), &mut task).await {
            Ok(Ok(answer)) => answer,
            Ok(Err(died)) => Err(exited(function, &died)),
            Err(_) => {
                task.abort();
                Err(timed_out(function))
            }
        }
    }

    async fn call(
        &self,
        function: Function,
        event: LambdaEvent<Value>,
    ) -> Result<Value, InvocationError> {
        let handler = |event| match function {
            Function::Saga(operation) => saga::handle(&self.saga, operation, event).boxed(),
            Function::Dispatcher => dispatcher::handle(&self.dispatcher, event).boxed(),
            Function::OutboxSweeper => dispatcher::sweeper::handle(&self.dispatcher, event).boxed(),
            Function::Projector => projector::handle(&self.projector, event).boxed(),
            Function::QueryApi => query_api::handle(&self.query_api, event).boxed(),
        };
        let answer = self.spans.around(function.trigger(), event, handler).await;
        answer.map_err(|error| InvocationError {
            error_type: error.code.name().to_owned(),
            message: error.message,
        })
    }
}

fn context(request_id: Uuid, function: Function, trace: Option<String>) -> Context {
    let timeout = i64::try_from(function.timeout().as_millis()).unwrap_or(i64::MAX);
    let deadline = SystemClock.now().as_millis().saturating_add(timeout);
    let mut context = Context::default();
    context.request_id = request_id.to_string();
    context.deadline = u64::try_from(deadline).unwrap_or_default();
    context.invoked_function_arn = function_arn(&function.name());
    context.xray_trace_id = trace;
    context
}

fn exited(function: Function, died: &tokio::task::JoinError) -> InvocationError {
    tracing::error!(function = function.name(), error = %died, "a function panicked");
    InvocationError {
        error_type: "Runtime.ExitError".to_owned(),
        message: "the function's process ended before it answered".to_owned(),
    }
}

fn timed_out(function: Function) -> InvocationError {
    let seconds = function.timeout().as_secs();
    tracing::error!(function = function.name(), seconds, "a function timed out");
    InvocationError {
        error_type: "Sandbox.Timedout".to_owned(),
        message: format!("Task timed out after {seconds}.00 seconds"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_function_is_found_by_its_name_and_by_its_arn() {
        for function in Function::all() {
            let name = function.name();
            assert_eq!(Function::named(&name), Some(function));
            assert_eq!(Function::named(&function_arn(&name)), Some(function));
        }
        assert_eq!(Function::named("flight-teleport"), None);
    }
}
