//! Plain Rust: the event's types from `aws_lambda_events`, the image by `serde_dynamo`, the call by
//! the SDK. Like most such functions it checks little and marks nothing.

use anyhow::ensure;
use async_trait::async_trait;
use aws_lambda_events::event::dynamodb::Event;
use aws_sdk_eventbridge::Client;
use aws_sdk_eventbridge::types::PutEventsRequestEntry;
use lambda_kit::clients::sdk_config;
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::canned::Canned;
use crate::contender::Contender;

/// Most entries of one call.
const ENTRIES: usize = 10;

#[derive(Deserialize)]
struct Image {
    detail: String,
}

#[derive(Deserialize)]
struct Envelope<'a> {
    #[serde(rename = "type")]
    event_type: &'a str,
}

/// The SDK's client.
pub(crate) struct Plain(Client);

impl Plain {
    pub(crate) async fn new(aws: &Canned) -> Self {
        Self(Client::new(&sdk_config(&aws.config(), "eventbridge").await))
    }

    async fn put(&self, images: &[Image]) -> anyhow::Result<()> {
        let entry = |image: &Image| {
            let Envelope { event_type } = serde_json::from_str(&image.detail)?;
            Ok(PutEventsRequestEntry::builder()
                .event_bus_name("trip-saga")
                .source("/trip-saga")
                .detail_type(event_type)
                .detail(&image.detail)
                .build())
        };
        let entries = images.iter().map(entry).collect::<serde_json::Result<_>>()?;
        let answer = self.0.put_events().set_entries(Some(entries)).send().await?;
        ensure!(answer.failed_entry_count == 0, "the bus refused an event");
        Ok(())
    }
}

#[async_trait]
impl Contender for Plain {
    async fn process(&self, batch: Box<RawValue>) -> anyhow::Result<()> {
        let event: Event = serde_json::from_str(batch.get())?;
        let new = event.records.into_iter().filter(|record| record.event_name == "INSERT");
        let images = new.map(|record| serde_dynamo::from_item(record.change.new_image));
        let images = images.collect::<Result<Vec<Image>, _>>()?;
        for call in images.chunks(ENTRIES) {
            self.put(call).await?;
        }
        Ok(())
    }
}
