//! The adapter to EventBridge: one `PutEvents` call, and the result for each entry.
//!
//! The request is written by hand, so that an envelope goes into it as it stands in its record; the
//! SDK says where it goes. Source: `PutEvents` in the EventBridge API reference.

mod body;

use std::sync::Arc;

use async_trait::async_trait;
use aws_sdk_eventbridge::config::endpoint::{DefaultResolver, Params, ResolveEndpoint};
use domain::event::SOURCE;
use lambda_kit::aws_json::{Answer, Client, EVENTBRIDGE};
use lambda_kit::clients;
use lambda_kit::config::{Config, ConfigError, name};
use lambda_kit::error::excerpt;
use serde::Deserialize;
use store::outbox::PendingEvent;
use tracing::{Instrument, Span};

use crate::publisher::{BusAnswer, PublishFailed, Publisher};

/// The entry errors that EventBridge's reference calls retryable.
const RETRYABLE: [&str; 2] = ["ThrottlingException", "InternalFailure"];

/// The error with which EventBridge refuses a call for its content.
const INVALID: &str = "ValidationException";

const PUT_EVENTS: &str = "AWSEvents.PutEvents";

/// An event bus of EventBridge.
#[derive(Clone, Debug)]
pub struct EventBridge {
    client: Arc<Client>,
    bus: String,
    /// Named among the resources of every event, if there is one.
    mark: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct PutEventsAnswer {
    entries: Vec<EntryAnswer>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct EntryAnswer {
    error_code: Option<String>,
    error_message: Option<String>,
}

/// An answer that is not one of `PutEvents`.
#[derive(Debug, thiserror::Error)]
#[error("{code}: {message}")]
struct Refused {
    code: String,
    message: String,
}

impl EventBridge {
    /// The bus that the settings name.
    ///
    /// # Errors
    /// If they name no region, or a malformed endpoint.
    pub async fn from_config(config: &Config) -> Result<Self, ConfigError> {
        let endpoint = endpoint(config).await?;
        let client = Client::from_config(config, &EVENTBRIDGE, &endpoint)?;
        Ok(Self {
            client: Arc::new(client),
            bus: config.get_or(name::EVENT_BUS, SOURCE).to_owned(),
            mark: None,
        })
    }

    async fn put(&self, events: &[&PendingEvent<'_>]) -> Result<Vec<BusAnswer>, PublishFailed> {
        let body = body::of(&self.bus, self.mark.as_deref(), events);
        let body = body.map_err(|error| PublishFailed::Refused(error.into()))?;
        let answer = self.client.call(PUT_EVENTS, body).instrument(span()).await;
        let answer = answer.map_err(|error| PublishFailed::Unanswered(error.into()))?;
        if !answer.status.is_success() {
            return Err(refused(&answer));
        }
        let read: PutEventsAnswer = serde_json::from_slice(&answer.body)
            .map_err(|error| PublishFailed::Unanswered(error.into()))?;
        // The call succeeds even if all its entries failed.
        Ok(read.entries.into_iter().map(BusAnswer::from).collect())
    }
}

#[async_trait]
impl Publisher for EventBridge {
    async fn publish(&self, events: &[&PendingEvent<'_>]) -> Result<Vec<BusAnswer>, PublishFailed> {
        self.put(events).await
    }

    fn marking(&self, mark: &str) -> Option<Arc<dyn Publisher>> {
        Some(Arc::new(Self { mark: Some(mark.to_owned()), ..self.clone() }))
    }
}

/// The service's URL, by the SDK's own rules.
async fn endpoint(config: &Config) -> Result<String, ConfigError> {
    let params = Params::builder()
        .region(config.require(name::AWS_REGION)?)
        .set_endpoint(clients::endpoint(config, "eventbridge"))
        .build();
    let unknown =
        || ConfigError::Malformed { name: name::AWS_REGION.to_owned(), expected: "a region" };
    let params = params.map_err(|_| unknown())?;
    let resolved = DefaultResolver::new().resolve_endpoint(&params).await;
    Ok(resolved.map_err(|_| unknown())?.url().to_owned())
}

/// The same span as the SDK's.
fn span() -> Span {
    tracing::debug_span!(
        target: "aws_sdk_eventbridge::operation::put_events",
        "EventBridge.PutEvents",
        "rpc.service" = "EventBridge",
        "rpc.method" = "PutEvents",
        "rpc.system" = "aws-api",
    )
}

fn refused(answer: &Answer) -> PublishFailed {
    let (code, message) = answer.error();
    let is_invalid = code == INVALID;
    let error = Box::new(Refused { code, message });
    if is_invalid { PublishFailed::Refused(error) } else { PublishFailed::Unanswered(error) }
}

impl From<EntryAnswer> for BusAnswer {
    fn from(entry: EntryAnswer) -> Self {
        let Some(code) = entry.error_code else {
            return Self::Accepted;
        };
        let message = entry.error_message.unwrap_or_else(|| "no message".to_owned());
        let reason = excerpt(&format!("{code}: {message}"));
        if RETRYABLE.contains(&&*code) { Self::TryAgain(reason) } else { Self::Refused(reason) }
    }
}

#[cfg(test)]
mod tests;
