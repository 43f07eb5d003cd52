//! The adapter to EventBridge's ordered bus, the one that its guide calls Custom Event Bus: one
//! `PutEvents` call, and the result for each entry.
//!
//! A trip is an event group, and an event's id is its deduplication id: the bus drops a repeat
//! within five minutes, and a FIFO subscriber gets a trip's events in the order in which they were
//! published. Source: `PutEvents` in the `EventBridgeV2` API reference, "Ordering and deduplicating
//! events on a Custom Event Bus" in the user guide.

mod wire;

use std::sync::Arc;

use async_trait::async_trait;
use aws_json::{CallFailed, Client, EVENTBRIDGE_V2};
use aws_sdk_eventbridgev2::config::endpoint::{DefaultResolver, Params, ResolveEndpoint};
use aws_sdk_eventbridgev2::error::BuildError;
use aws_sdk_eventbridgev2::operation::put_events::PutEventsInput;
use aws_sdk_eventbridgev2::primitives::DateTime;
use aws_sdk_eventbridgev2::types::{
    PutEventsRequestEntry, PutEventsResultEntry, PutEventsSystemMetadata,
};
use domain::event::SOURCE;
use lambda_kit::clients::{self, sdk_config};
use lambda_kit::config::{Config, ConfigError, name};
use lambda_kit::error::excerpt;
use store::outbox::PendingEvent;

use crate::publisher::{BusAnswer, PublishFailed, Publisher};
use wire::{HEAD, Wire};

/// The name of the service in the settings.
const SERVICE: &str = "eventbridgev2";

/// What tells an ordered bus's ARN from the name or the ARN of a classic bus.
const RESOURCE: &str = ":event-busv2/";

/// The errors of an entry that say that the event itself is at fault. EventBridge's reference names
/// no entry's errors; these are the names that the call and the classic bus have for it. An event
/// that meets any other error stays pending, and is parked after a day of that.
const UNPUBLISHABLE: [&str; 4] =
    ["InvalidInputException", "ValidationException", "InvalidArgument", "MalformedDetail"];

/// The error of a call that is at fault itself: one of its entries is malformed.
const INVALID: &str = "InvalidInputException";

/// The errors of a call that are about the bus, whatever is sent to it.
const CLOSED: [&str; 3] =
    ["AccessDeniedException", "ResourceNotFoundException", "InvalidStateException"];

/// An ordered bus.
#[derive(Clone, Debug)]
pub struct OrderedBus {
    client: Arc<Client>,
    wire: Wire,
    arn: String,
}

impl OrderedBus {
    /// Whether the settings name an ordered bus.
    #[must_use]
    pub fn is_named_by(config: &Config) -> bool {
        config.get(name::EVENT_BUS).is_some_and(|bus| bus.contains(RESOURCE))
    }

    /// The bus that the settings name.
    ///
    /// # Errors
    /// If they name none by an ARN `arn:…:events:REGION:ACCOUNT:event-busv2/NAME/ID`, no region, or
    /// a malformed endpoint.
    pub async fn from_config(config: &Config) -> Result<Self, ConfigError> {
        let arn = config.require(name::EVENT_BUS)?.to_owned();
        if !is_arn(&arn) {
            let expected = "the ARN of an ordered bus: arn:…:event-busv2/NAME/ID";
            return Err(ConfigError::Malformed { name: name::EVENT_BUS.to_owned(), expected });
        }
        let (sdk, endpoint) = (sdk_config(config, SERVICE).await, endpoint(config, &arn).await?);
        let client = Client::new(&sdk, EVENTBRIDGE_V2, Some(&endpoint));
        if !client.has_place() {
            return Err(clients::malformed_endpoint(SERVICE));
        }
        // The dispatcher sends again what fails, event by event.
        Ok(Self { client: Arc::new(client.without_retries()), wire: Wire::new(), arn })
    }
}

/// The service's URL, by the SDK's own rules: AWS has one for each account, the bus's.
async fn endpoint(config: &Config, arn: &str) -> Result<String, ConfigError> {
    let params = Params::builder()
        .region(config.require(name::AWS_REGION)?)
        .set_endpoint(clients::endpoint(config, SERVICE))
        .event_bus_arn(arn)
        .build();
    let params = params.map_err(|_| clients::unknown_region())?;
    let resolved = DefaultResolver::new().resolve_endpoint(&params).await;
    Ok(resolved.map_err(|_| clients::unknown_region())?.url().to_owned())
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
        let input = PutEventsInput::builder().event_bus_arn(&self.arn).set_entries(Some(entries));
        // That a call cannot be written is no event's fault, since each entry was built.
        let input = input.build().map_err(|error| PublishFailed::Unanswered(error.into()))?;
        let body = self.wire.write(input).map_err(PublishFailed::Unanswered)?;
        let read = |answer: &_| self.wire.read(answer);
        let answer = self.client.exchange(HEAD, body, read).await.map_err(failed)?;
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
fn failed(error: CallFailed) -> PublishFailed {
    let CallFailed::Refused(refusal) = &error else {
        return PublishFailed::Unanswered(error.into());
    };
    let code = refusal.code.as_deref().unwrap_or_default();
    let cause = excerpt(&refusal.to_string()).into();
    match code {
        INVALID => PublishFailed::Refused(cause),
        code if CLOSED.contains(&code) => PublishFailed::Closed(cause),
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
