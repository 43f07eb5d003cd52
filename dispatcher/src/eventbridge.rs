//! The adapter to EventBridge: one `PutEvents` call, and the result for each entry.
//!
//! The request is written by hand, so that an envelope goes into it as it stands in its record; the
//! SDK says where it goes. Source: `PutEvents` in the EventBridge API reference.

mod body;

use std::sync::Arc;

use async_trait::async_trait;
use aws_json::{CallFailed, Client, EVENTBRIDGE};
use aws_sdk_eventbridge::config::endpoint::{DefaultResolver, Params, ResolveEndpoint};
use domain::event::SOURCE;
use lambda_kit::clients::{self, sdk_config};
use lambda_kit::config::{Config, ConfigError, name};
use lambda_kit::error::excerpt;
use serde::Deserialize;
use store::outbox::PendingEvent;

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

impl EventBridge {
    /// The bus that the settings name.
    ///
    /// # Errors
    /// If they name no region, or a malformed endpoint.
    pub async fn from_config(config: &Config) -> Result<Self, ConfigError> {
        let endpoint = endpoint(config).await?;
        let client =
            Client::new(&sdk_config(config, "eventbridge").await, EVENTBRIDGE, Some(&endpoint));
        if !client.has_place() {
            return Err(clients::malformed_endpoint("eventbridge"));
        }
        Ok(Self {
            // The dispatcher sends again what fails, event by event.
            client: Arc::new(client.without_retries()),
            bus: config.get_or(name::EVENT_BUS, SOURCE).to_owned(),
            mark: None,
        })
    }

    async fn put(&self, events: &[&PendingEvent<'_>]) -> Result<Vec<BusAnswer>, PublishFailed> {
        let body = body::of(&self.bus, self.mark.as_deref(), events);
        let body = body.map_err(|error| PublishFailed::Refused(error.into()))?;
        let answer: PutEventsAnswer = self.client.call(PUT_EVENTS, body).await.map_err(failed)?;
        // The call succeeds even if all its entries failed.
        Ok(answer.entries.into_iter().map(BusAnswer::from).collect())
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
    let params = params.map_err(|_| clients::unknown_region())?;
    let resolved = DefaultResolver::new().resolve_endpoint(&params).await;
    Ok(resolved.map_err(|_| clients::unknown_region())?.url().to_owned())
}

fn failed(error: CallFailed) -> PublishFailed {
    let code = match &error {
        CallFailed::Refused(refusal) => refusal.code.as_deref(),
        _ => None,
    };
    let is_invalid = code == Some(INVALID);
    let error = Box::new(error);
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
