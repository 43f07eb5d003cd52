//! The functions of the product, hosted in this process and invoked as Lambda invokes them: JSON
//! in, JSON out, a deadline, a timeout, and an error by name.

use std::sync::Arc;

use domain::Clock;
use lambda_kit::clock::SystemClock;
use lambda_kit::config::Config;
use lambda_kit::error::FunctionError;
use lambda_kit::spans::Spans;
use lambda_runtime::{Context, LambdaEvent};
use query_api::SwaggerUi;
use serde_json::Value;
use uuid::Uuid;

use crate::account::function_arn;
use crate::faults::InvocationFaults;
use crate::function::{Function, InvocationError};
use crate::handed::{Form, Handed};
use crate::settings::Configs;

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
    /// `spans` receives the spans.
    ///
    /// # Errors
    /// When a setting is missing or malformed.
    pub async fn build(
        config: &Config,
        faults: Arc<dyn InvocationFaults>,
        spans: Spans,
    ) -> anyhow::Result<Arc<Self>> {
        Self::build_from(&Configs::over_http(config), faults, spans).await
    }

    /// The same, with settings that differ between functions.
    pub(crate) async fn build_from(
        configs: &Configs,
        faults: Arc<dyn InvocationFaults>,
        spans: Spans,
    ) -> anyhow::Result<Arc<Self>> {
        let Configs { trips, stream } = configs;
        Ok(Arc::new(Self {
            saga: saga::Deps::from_config(trips).await?,
            dispatcher: dispatcher::Deps::from_config(stream).await?,
            projector: projector::Deps::from_config(stream).await?,
            query_api: query_api::Deps::from_config(trips)
                .await?
                .with_swagger_ui(SwaggerUi::Within(swagger_ui::file)),
            faults,
            spans,
        }))
    }

    /// Invokes a function and waits for its answer. It is stopped at its timeout, as Lambda stops
    /// the sandbox; a panic ends only the invocation.
    ///
    /// # Errors
    /// The error that the function reports, or Lambda in its place.
    pub async fn invoke(
        self: &Arc<Self>,
        function: Function,
        payload: Value,
        trace: Option<String>,
    ) -> Result<Value, InvocationError> {
        self.invoke_as(Uuid::new_v4(), function, payload, trace).await
    }

    /// The same, with a request id that the caller has chosen.
    ///
    /// # Errors
    /// As for [`Functions::invoke`].
    pub async fn invoke_as(
        self: &Arc<Self>,
        request_id: Uuid,
        function: Function,
        payload: impl Into<Handed>,
        trace: Option<String>,
    ) -> Result<Value, InvocationError> {
        let payload = payload.into();
        if let Some(fault) = self.faults.before(function, payload.looked_into()) {
            return Err(fault);
        }
        let event = LambdaEvent::new(payload, context(request_id, function, trace));
        let answer = self.run(function, event).await;
        self.faults.after(function, &answer).map_or(answer, Err)
    }

    async fn run(
        self: &Arc<Self>,
        function: Function,
        event: LambdaEvent<Handed>,
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
        event: LambdaEvent<Handed>,
    ) -> Result<Value, InvocationError> {
        let Self { saga, dispatcher, projector, query_api, .. } = self;
        let answer = match function {
            Function::Saga(operation) => {
                self.hand(function, event, |event| saga::handle(saga, operation, event)).await
            }
            Function::Dispatcher => {
                self.hand(function, event, |event| dispatcher::handle(dispatcher, event)).await
            }
            Function::OutboxSweeper => {
                let handle = |event| dispatcher::sweeper::handle(dispatcher, event);
                self.hand(function, event, handle).await
            }
            Function::Projector => {
                self.hand(function, event, |event| projector::handle(projector, event)).await
            }
            Function::QueryApi => {
                self.hand(function, event, |event| query_api::handle(query_api, event)).await
            }
        };
        answer.map_err(|error| InvocationError {
            error_type: error.code.name().to_owned(),
            message: error.message,
        })
    }

    /// Hands the event to a handler, in the form that it takes.
    async fn hand<P, F>(
        &self,
        function: Function,
        event: LambdaEvent<Handed>,
        handler: impl FnOnce(LambdaEvent<P>) -> F,
    ) -> Result<Value, FunctionError>
    where
        P: Form,
        F: Future<Output = Result<Value, FunctionError>>,
    {
        self.spans.around(function.trigger(), P::of(event)?, handler).await
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
