//! The function's parts, put together.

use std::sync::Arc;
use std::time::Duration;

use aws_smithy_types::timeout::TimeoutConfig;
use aws_types::SdkConfig;
use axum::Router;
use axum::body::Body;
use console::{Console, Hosting, Place};
use domain::Clock;
use http::{Request, Response};
use lambda_kit::clients::{connector, sdk_config};
use lambda_kit::config::Config;
use lambda_kit::deadline::Deadline;
use lambda_kit::error::FunctionError;
use lambda_runtime::LambdaEvent;
use operator::{Access, Installation};
use serde_json::Value;
use sign_in::SignIn;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;

use crate::api::OverHttps;
use crate::event_log::LogGroup;
use crate::executions::Machines;
use crate::settings::Settings;
use crate::view::Rows;
use crate::{guard, links, payload, visitor};

/// How long a call of a service may take: a batch that is handed over again is processed meanwhile.
const LONGEST_CALL: Duration = Duration::from_secs(20);

/// The console's pages and all that is behind them. Clients keep their connections between
/// invocations.
pub struct Site {
    routes: Router,
    clock: Arc<dyn Clock>,
}

impl Site {
    /// Clients, sign-in and pages from the configuration. Nothing is called yet.
    ///
    /// # Errors
    /// If a setting is missing, or is not an address where it has to be one.
    pub async fn from_config(config: &Config, clock: Arc<dyn Clock>) -> anyhow::Result<Self> {
        let Settings { stage, names, api, sign_in } = Settings::from_config(config)?;
        let origin = sign_in.origin.clone();
        let sign_in = SignIn::new(sign_in, connector(config), Arc::clone(&clock))?;
        let place = operator::Place::from_inside(
            &stage,
            names,
            Access { url: None, config: sdk_config(config, "dynamodb").await },
            Access { url: None, config: services(config).await },
        );
        let operator = Installation::at(place);
        let log = LogGroup::from_config(config, Arc::clone(&clock)).await?;
        let console = Console {
            api: Arc::new(OverHttps::new(connector(config), &api)),
            visitors: Arc::new(visitor::of),
            place: Place::OnAws { api: api.clone() },
            hosting: Hosting::Invocations,
            executions: Arc::new(Machines::new(operator.clone(), Arc::clone(&clock))),
            events: log.map(|log| Arc::new(log) as _),
            bus: None,
            view: Arc::new(Rows::new(operator.clone())),
            operator,
            example: console::example,
            clock: Arc::clone(&clock),
            stop: CancellationToken::new(),
        };
        let pages = console.router(|routes| guard::protect(routes.merge(links::to(&api)), origin));
        Ok(Self { routes: sign_in.protect(pages), clock })
    }

    /// Answers one event of an HTTP API, in the payload format 2.0.
    ///
    /// # Errors
    /// `InvalidRequest` for any other event. All other errors are answered over HTTP.
    pub async fn handle(&self, event: LambdaEvent<Value>) -> Result<Value, FunctionError> {
        let LambdaEvent { payload, context } = event;
        let request = payload::request(payload)?;
        let method = request.method().clone();
        let answer = Deadline::of(&context, &*self.clock).within(self.answer(request)).await;
        let response = answer.unwrap_or_else(payload::late);
        tracing::info!(%method, status = response.status().as_u16(), "answered");
        payload::answer(response)
    }

    /// The answer with its whole body: an update is rendered while its body is read.
    async fn answer(&self, request: Request<Body>) -> Response<String> {
        let response = match self.routes.clone().oneshot(request).await {
            Ok(response) => response,
            Err(never) => match never {},
        };
        payload::whole(response).await
    }
}

/// For Step Functions and Lambda.
async fn services(config: &Config) -> SdkConfig {
    let timeouts = TimeoutConfig::builder().operation_timeout(LONGEST_CALL).build();
    sdk_config(config, "sfn").await.into_builder().timeout_config(timeouts).build()
}
