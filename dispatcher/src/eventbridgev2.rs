//! The adapter to EventBridge's ordered bus, the one that its guide calls Custom Event Bus: one
//! `PutEvents` call, and the result for each entry.
//!
//! A trip is an event group, and an event's id is its deduplication id: the bus drops a repeat
//! within five minutes, and a FIFO subscriber gets a trip's events in the order in which they were
//! published. Source: `PutEvents` in the `EventBridgeV2` API reference, "Ordering and deduplicating
//! events on a Custom Event Bus" in the user guide.

use async_trait::async_trait;
use aws_sdk_eventbridgev2::config::Builder;
use aws_sdk_eventbridgev2::config::retry::RetryConfig;
use aws_sdk_eventbridgev2::error::{DisplayErrorContext, ProvideErrorMetadata, SdkError};
use aws_sdk_eventbridgev2::operation::put_events::PutEventsError;
use aws_sdk_eventbridgev2::primitives::DateTime;
use aws_sdk_eventbridgev2::types::{
    PutEventsRequestEntry, PutEventsResultEntry, PutEventsSystemMetadata,
};
use aws_sdk_eventbridgev2::{Client, error::BuildError};
use domain::event::SOURCE;
use lambda_kit::clients::sdk_config;
use lambda_kit::config::{Config, ConfigError, name};
use lambda_kit::error::excerpt;
use store::outbox::PendingEvent;

use crate::publisher::{BusAnswer, PublishFailed, Publisher};

/// What tells an ordered bus's ARN from the name or the ARN of a classic bus.
const RESOURCE: &str = ":event-busv2/";

/// The errors of an entry that say that the event itself is at fault. EventBridge's reference names
/// no entry's errors; these are the names that the call and the classic bus have for it. An event
/// that meets any other error stays pending, and is parked after a day of that.
const UNPUBLISHABLE: [&str; 4] =
    ["InvalidInputException", "ValidationException", "InvalidArgument", "MalformedDetail"];

/// An ordered bus.
#[derive(Clone, Debug)]
pub struct OrderedBus {
    client: Client,
    arn: String,
}

impl OrderedBus {
    /// Whether the settings name an ordered bus.
    #[must_use]
    pub fn is_named_by(config: &Config) -> bool {
        config.get(name::EVENT_BUS).is_some_and(|bus| bus.contains(RESOURCE))
    }

    /// The bus that the settings name. It is called through the SDK's client, without the client's
    /// own retries.
    ///
    /// # Errors
    /// If they name none by an ARN `arn:…:events:REGION:ACCOUNT:event-busv2/NAME/ID`.
    pub async fn from_config(config: &Config) -> Result<Self, ConfigError> {
        let arn = config.require(name::EVENT_BUS)?.to_owned();
        if !is_arn(&arn) {
            let expected = "the ARN of an ordered bus: arn:…:event-busv2/NAME/ID";
            return Err(ConfigError::Malformed { name: name::EVENT_BUS.to_owned(), expected });
        }
        let sdk = sdk_config(config, "eventbridgev2").await;
        let built = Builder::from(&sdk).retry_config(RetryConfig::disabled()).build();
        Ok(Self { client: Client::from_conf(built), arn })
    }
}

/// `arn:PARTITION:events:REGION:ACCOUNT:event-busv2/NAME/ID`, whose last part the bus gave itself.
fn is_arn(text: &str) -> bool {
    let parts: Vec<_> = text.splitn(6, ':').collect();
    let [arn, _, "events", region, account, resource] = parts[..] else { return false };
    let named: Vec<_> = resource.split('/').collect();
    arn == "arn"
        && !region.is_empty()
        && account.len() == 12
        && matches!(named[..], ["event-busv2", name, id] if !name.is_empty() && id.len() == 25)
}

#[async_trait]
impl Publisher for OrderedBus {
    async fn publish(&self, events: &[&PendingEvent<'_>]) -> Result<Vec<BusAnswer>, PublishFailed> {
        let entries: Result<Vec<_>, _> = events.iter().map(|event| entry(event)).collect();
        let entries = entries.map_err(|error| PublishFailed::Refused(error.into()))?;
        let call = self.client.put_events().event_bus_arn(&self.arn).set_entries(Some(entries));
        let answer = call.send().await.map_err(failed)?;
        // The call succeeds even if all its entries failed.
        Ok(answer.entries.unwrap_or_default().into_iter().map(BusAnswer::from).collect())
    }
}

fn entry(event: &PendingEvent<'_>) -> Result<PutEventsRequestEntry, BuildError> {
    let order = PutEventsSystemMetadata::builder()
        .event_group_id(event.key.trip_id.as_str())
        .deduplication_id(event.key.event_id.to_string());
    PutEventsRequestEntry::builder()
        .source(SOURCE)
        .detail_type(&*event.event_type)
        .detail(event.detail.text())
        .time(DateTime::from_millis(event.occurred_at.as_millis()))
        .system_metadata(order.build())
        .build()
}

/// What the failure of a whole call means. Only a malformed call is at fault itself.
fn failed(error: SdkError<PutEventsError>) -> PublishFailed {
    use PutEventsError::{
        AccessDeniedException, InvalidInputException, InvalidStateException,
        ResourceNotFoundException,
    };
    let text = match (error.code(), error.message()) {
        (Some(code), message) => format!("{code}: {}", message.unwrap_or("no message")),
        (None, _) => DisplayErrorContext(&error).to_string(),
    };
    let cause = excerpt(&text).into();
    match error.as_service_error() {
        Some(InvalidInputException(_)) => PublishFailed::Refused(cause),
        Some(
            AccessDeniedException(_) | ResourceNotFoundException(_) | InvalidStateException(_),
        ) => PublishFailed::Closed(cause),
        _ => PublishFailed::Unanswered(cause),
    }
}

impl From<PutEventsResultEntry> for BusAnswer {
    fn from(entry: PutEventsResultEntry) -> Self {
        let message = entry.error_message.as_deref().unwrap_or("no message");
        match entry.error_code {
            // `PUBLISHED`, or `DEDUPLICATED`: then it was there already.
            None if entry.success_code.is_some() => Self::Accepted,
            None => Self::TryAgain("the bus answered neither success nor failure".to_owned()),
            Some(code) => {
                let reason = excerpt(&format!("{code}: {message}"));
                if UNPUBLISHABLE.contains(&&*code) {
                    Self::Refused(reason)
                } else {
                    Self::TryAgain(reason)
                }
            }
        }
    }
}

#[cfg(test)]
mod tests;
