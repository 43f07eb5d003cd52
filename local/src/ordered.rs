//! The ordered bus of a local system. What it accepts goes into the event bus's archive first, in
//! order: so everything that reads the archive reads a FIFO subscriber's log.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use async_trait::async_trait;
use axum::body::Bytes;
use event_bus::EventBus;
use lambda_kit::clock::SystemClock;
use ordered_bus::{Account, Config, Entry, Failure, Mirror};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::account::{ACCOUNT, ORDERED_BUS, REGION, ordered_bus_arn};
use crate::options::Options;

/// The most entries and bytes that the event bus takes at once.
const ENTRIES: usize = 10;
const BYTES: usize = 1024 * 1024;
/// A bus keeps events for whole days, and not for more than a year.
const DAY: Duration = Duration::from_secs(24 * 60 * 60);
const LONGEST: u64 = 365;

/// Opens the account of ordered buses in this file, with the bus that events are published to.
pub(crate) fn open(file: &Path, bus: EventBus, options: &Options) -> anyhow::Result<Account> {
    let config = Config {
        account: ACCOUNT.to_owned(),
        region: REGION.to_owned(),
        invoke_address: options.invoke_address.clone(),
        ..Config::new(Arc::new(SystemClock))
    };
    let account = Account::open(file, config)?;
    let days = options.keep.events.as_secs().div_ceil(DAY.as_secs()).clamp(1, LONGEST);
    let mirror = Some(Arc::new(Archived(bus)) as Arc<dyn Mirror>);
    let made = account.ensure_bus(&ordered_bus_arn(), ORDERED_BUS, u32::try_from(days)?, mirror);
    made.context("cannot make the ordered bus")?;
    Ok(account)
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
    event_id: Option<String>,
    error_code: Option<Failure>,
}

impl Answer {
    fn outcome(self) -> Result<String, Failure> {
        let failure = self.error_code.unwrap_or_else(internal);
        self.event_id.ok_or(failure)
    }
}

#[async_trait]
impl Mirror for Archived {
    async fn accept(&self, entries: &[Entry]) -> Vec<Result<String, Failure>> {
        let mut answers = Vec::with_capacity(entries.len());
        for call in calls(entries) {
            answers.extend(self.put(call).await);
        }
        answers
    }
}

impl Archived {
    async fn put(&self, entries: &[Entry]) -> Vec<Result<String, Failure>> {
        let body = json!({ "Entries": entries.iter().map(entry).collect::<Vec<_>>() });
        let answer = event_bus::handle(&self.0, "PutEvents", Bytes::from(body.to_string())).await;
        let read = serde_json::from_slice(&answer.body).ok().filter(|_| answer.status == 200);
        let Some(Answers { entries: answers }) = read else {
            return vec![Err(internal()); entries.len()];
        };
        answers.into_iter().map(Answer::outcome).collect()
    }
}

fn internal() -> Failure {
    "InternalException".to_owned()
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
