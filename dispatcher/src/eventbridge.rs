//! The adapter to EventBridge: one `PutEvents` call, and the result for each entry.

use async_trait::async_trait;
use aws_sdk_eventbridge::Client;
use aws_sdk_eventbridge::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_eventbridge::operation::put_events::PutEventsError;
use aws_sdk_eventbridge::primitives::DateTime;
use aws_sdk_eventbridge::types::{PutEventsRequestEntry, PutEventsResultEntry};
use domain::event::SOURCE;
use lambda_kit::error::excerpt;
use store::outbox::OutboxRecord;

use crate::publisher::{BusAnswer, PublishFailed, Publisher};

/// The entry errors that EventBridge's reference calls retryable.
const RETRYABLE: [&str; 2] = ["ThrottlingException", "InternalFailure"];

/// The error with which EventBridge refuses a call for its content.
const INVALID: &str = "ValidationException";

/// An event bus of EventBridge.
#[derive(Clone, Debug)]
pub struct EventBridge {
    client: Client,
    bus: String,
}

impl EventBridge {
    /// The bus with this name or ARN.
    #[must_use]
    pub fn new(client: Client, bus: impl Into<String>) -> Self {
        Self { client, bus: bus.into() }
    }

    async fn put(&self, events: &[&OutboxRecord]) -> Result<Vec<BusAnswer>, PublishFailed> {
        let entries = events.iter().map(|event| self.entry(event)).collect();
        let call = self.client.put_events().set_entries(Some(entries));
        let answer = call.send().await.map_err(failed)?;
        // The call succeeds even if all its entries failed.
        Ok(answer.entries().iter().map(answer_of).collect())
    }

    fn entry(&self, event: &OutboxRecord) -> PutEventsRequestEntry {
        PutEventsRequestEntry::builder()
            .event_bus_name(&self.bus)
            .source(SOURCE)
            .detail_type(&event.event_type)
            .detail(&event.detail)
            .time(DateTime::from_millis(event.occurred_at.as_millis()))
            .set_resources(Some(Vec::new()))
            .set_trace_header(event.trace_header.clone())
            .build()
    }
}

#[async_trait]
impl Publisher for EventBridge {
    async fn publish(&self, events: &[&OutboxRecord]) -> Result<Vec<BusAnswer>, PublishFailed> {
        self.put(events).await
    }
}

fn failed(error: SdkError<PutEventsError>) -> PublishFailed {
    match error.code() {
        Some(INVALID) => PublishFailed::Refused(error.into()),
        _ => PublishFailed::Unanswered(error.into()),
    }
}

fn answer_of(entry: &PutEventsResultEntry) -> BusAnswer {
    let Some(code) = entry.error_code() else {
        return BusAnswer::Accepted;
    };
    let reason = excerpt(&format!("{code}: {}", entry.error_message().unwrap_or("no message")));
    if RETRYABLE.contains(&code) { BusAnswer::TryAgain(reason) } else { BusAnswer::Refused(reason) }
}

#[cfg(test)]
mod tests;
