//! The product's own consumers, run in this process on the tables of a running system.

use lambda_kit::config::{Config, name};
use lambda_kit::stream::raw;
use lambda_runtime::{Context, LambdaEvent};
use local::account::REGION;
use serde_json::Value;

use crate::client::Endpoint;

/// A consumer of the stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Own {
    Projector,
    Dispatcher,
}

/// The services of a running system.
pub(super) struct Endpoints<'a> {
    pub(super) dynamodb: &'a Endpoint,
    pub(super) aws: &'a Endpoint,
}

/// A consumer with its clients.
pub(super) enum Ready {
    Projector(projector::Deps),
    Dispatcher(dispatcher::Deps),
}

impl Own {
    /// The consumer of that name.
    pub(super) fn named(name: &str) -> Option<Self> {
        [Self::Projector, Self::Dispatcher].into_iter().find(|own| own.name() == name)
    }

    /// Its name as a function.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Projector => "projector",
            Self::Dispatcher => "dispatcher",
        }
    }

    /// Its clients, which call nobody yet.
    pub(super) async fn ready(self, endpoints: &Endpoints<'_>) -> anyhow::Result<Ready> {
        let config = config(endpoints);
        Ok(match self {
            Self::Projector => Ready::Projector(projector::Deps::from_config(&config).await?),
            Self::Dispatcher => Ready::Dispatcher(dispatcher::Deps::from_config(&config).await?),
        })
    }
}

/// The settings of `trip up`, which uses the tables' usual names.
fn config(endpoints: &Endpoints<'_>) -> Config {
    Config::from_map([
        (name::AWS_REGION, REGION.to_owned()),
        (name::AWS_ACCESS_KEY_ID, "local".to_owned()),
        (name::AWS_SECRET_ACCESS_KEY, "local".to_owned()),
        ("AWS_ENDPOINT_URL_DYNAMODB", endpoints.dynamodb.to_string()),
        ("AWS_ENDPOINT_URL_EVENTBRIDGE", endpoints.aws.to_string()),
    ])
}

impl Ready {
    /// Hands it a batch.
    pub(super) async fn invoke(&self, event: Value) -> Result<Value, String> {
        let event = raw(LambdaEvent::new(event, Context::default()));
        let answer = match self {
            Self::Projector(deps) => projector::handle(deps, event).await,
            Self::Dispatcher(deps) => dispatcher::handle(deps, event).await,
        };
        answer.map_err(|error| error.to_string())
    }
}
