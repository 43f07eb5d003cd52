//! The ordered bus of a local system. What it accepts goes into the event bus's archive, in order:
//! so everything that reads the archive reads a FIFO subscriber's log.

use std::sync::Arc;

use async_trait::async_trait;
use axum::Router;
use axum::body::Bytes;
use event_bus::EventBus;
use lambda_kit::clock::SystemClock;
use ordered_bus::{Entry, Failure, OrderedBus, Sink};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::account::ordered_bus_arn;

/// The most entries and bytes that the event bus takes at once.
const ENTRIES: usize = 10;
const BYTES: usize = 1024 * 1024;

/// The ordered bus's operations, before the event bus.
pub(crate) fn router(bus: EventBus) -> Router {
    let archived = Archived(bus);
    OrderedBus::passing_on(ordered_bus_arn(), Arc::new(SystemClock), archived).router()
}

struct Archived(EventBus);

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Answers {
    entries: Vec<Answer>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Answer {
    error_code: Option<Failure>,
}

#[async_trait]
impl Sink for Archived {
    async fn accept(&self, entries: Vec<Entry>) -> Vec<Result<(), Failure>> {
        let mut answers = Vec::with_capacity(entries.len());
        for call in calls(&entries) {
            answers.extend(self.put(call).await);
        }
        answers
    }
}

impl Archived {
    async fn put(&self, entries: &[Entry]) -> Vec<Result<(), Failure>> {
        let body = json!({ "Entries": entries.iter().map(entry).collect::<Vec<_>>() });
        let answer = event_bus::handle(&self.0, "PutEvents", Bytes::from(body.to_string())).await;
        let read = serde_json::from_slice(&answer.body).ok().filter(|_| answer.status == 200);
        let Some(Answers { entries: answers }) = read else {
            return vec![Err("InternalException".to_owned()); entries.len()];
        };
        answers.into_iter().map(|answer| answer.error_code.map_or(Ok(()), Err)).collect()
    }
}

/// Cuts entries into what the event bus takes at once.
fn calls(entries: &[Entry]) -> impl Iterator<Item = &[Entry]> {
    let bytes = |entry: &Entry| entry.detail.as_ref().map_or(0, String::len);
    let at_once = if entries.iter().map(bytes).sum::<usize>() < BYTES / 2 { ENTRIES } else { 1 };
    entries.chunks(at_once)
}

fn entry(entry: &Entry) -> Value {
    json!({
        "EventBusName": "trip-saga",
        "Source": entry.source,
        "DetailType": entry.detail_type,
        "Detail": entry.detail,
        "Resources": entry.resources,
        "Time": entry.time.as_ref().map(|time| time.0),
    })
}
