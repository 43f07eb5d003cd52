//! `PutEvents`: accepts up to ten entries, and answers for each what happened to it.

use serde::{Deserialize, Serialize};

use super::constraints::{at_least, at_most, bus_name_or_arn, length, required, violation};
use crate::archive::NewEvent;
use crate::bus::{EventBus, Fate};
use crate::config::Limits;
use crate::entry::{Entry, EntryFailure};
use crate::error::AwsError;
use crate::rules::Key;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct PutEventsRequest {
    entries: Option<Vec<Entry>>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct PutEventsAnswer {
    failed_entry_count: usize,
    entries: Vec<EntryAnswer>,
}

#[derive(Debug, Serialize)]
#[serde(untagged)]
enum EntryAnswer {
    #[serde(rename_all = "PascalCase")]
    Taken { event_id: String },
    #[serde(rename_all = "PascalCase")]
    Failed { error_code: String, error_message: String },
}

/// Answers when the accepted entries are on disk. They are stored together or not at all.
pub(super) async fn put_events(
    bus: &EventBus,
    request: PutEventsRequest,
) -> Result<PutEventsAnswer, AwsError> {
    let entries = required("entries", request.entries.as_deref())?;
    check(entries, &bus.config().limits)?;
    let (answers, events, failed) = decide(bus, entries);
    bus.keep_failed(failed).await;
    bus.archive().append(events).await?;
    bus.news().notify_one();
    Ok(PutEventsAnswer::of(answers))
}

/// The answers, the accepted events, and the rules that failed on some of them.
fn decide(bus: &EventBus, entries: &[Entry]) -> (Vec<EntryAnswer>, Vec<NewEvent>, Vec<Key>) {
    let (mut events, mut failed_rules) = (Vec::new(), Vec::new());
    let answers = entries.iter().map(|entry| match bus.decide(entry) {
        Fate::Failed(failure) => failure.into(),
        Fate::Dropped(event_id) => EntryAnswer::Taken { event_id },
        Fate::Accepted(event, failed) => {
            let event_id = event.id.clone();
            events.push(event);
            failed_rules.extend(failed);
            EntryAnswer::Taken { event_id }
        }
    });
    (answers.collect(), events, failed_rules)
}

fn check(entries: &[Entry], limits: &Limits) -> Result<(), AwsError> {
    let shown = "[PutEventsRequestEntry]";
    if entries.is_empty() {
        return Err(violation("entries", "[]", &at_least(1)));
    }
    if entries.len() > limits.entries {
        return Err(violation("entries", shown, &at_most(limits.entries)));
    }
    entries.iter().zip(1..).try_for_each(|(entry, number)| check_entry(entry, number))?;
    if entries.iter().map(Entry::size).sum::<usize>() > limits.bytes {
        let message = "Total size of the entries in the request is over the limit.";
        return Err(AwsError::validation(message));
    }
    Ok(())
}

/// The constraints of the model, which fail the whole call. Checks that fail only one entry are
/// with the entry.
fn check_entry(entry: &Entry, number: usize) -> Result<(), AwsError> {
    let field = |name: &str| format!("entries.{number}.member.{name}");
    bus_name_or_arn(&field("eventBusName"), entry.event_bus_name.as_deref())?;
    if let Some(header) = &entry.trace_header {
        length(&field("traceHeader"), header, 1..=500)?;
    }
    let resources = entry.resources.iter().flatten();
    resources.zip(1..).try_for_each(|(resource, n): (&String, usize)| {
        length(&field(&format!("resources.{n}.member")), resource, 0..=2048)
    })
}

impl PutEventsAnswer {
    fn of(entries: Vec<EntryAnswer>) -> Self {
        let is_failed = |answer: &&EntryAnswer| matches!(answer, EntryAnswer::Failed { .. });
        Self { failed_entry_count: entries.iter().filter(is_failed).count(), entries }
    }
}

impl From<EntryFailure> for EntryAnswer {
    fn from(failure: EntryFailure) -> Self {
        Self::Failed { error_code: failure.code, error_message: failure.message }
    }
}
