//! What goes over the wire: `PutEvents` here, and the operations on buses and subscribers.

pub(crate) mod buses;
pub(crate) mod checks;
pub(crate) mod rules;
pub(crate) mod settings;
pub(crate) mod subscribers;
pub(crate) mod time;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::outcome::{Accepted, Outcome};
use crate::recent::Key;
use crate::refusal::Refusal;

/// The longest id of a group or for deduplication, in characters.
const LONGEST_ID: usize = 128;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    pub(crate) event_bus_arn: String,
    pub(crate) entries: Vec<Entry>,
    deduplication_configuration: Option<DeduplicationConfiguration>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct DeduplicationConfiguration {
    #[serde(rename = "DeduplicationType")]
    _by: DeduplicationType,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum DeduplicationType {
    ContentBased,
}

impl Input {
    /// The bus's ARN.
    pub(crate) fn bus(&self) -> &str {
        &self.event_bus_arn
    }

    /// The entries, with ids for deduplication of their content if the call asks for that.
    pub(crate) fn identified(self) -> Vec<Entry> {
        let mut entries = self.entries;
        if self.deduplication_configuration.is_some() {
            for entry in &mut entries {
                let id = entry.digest();
                entry.system_metadata.get_or_insert_default().deduplication_id = Some(id);
            }
        }
        entries
    }
}

/// An entry as it was sent.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct Entry {
    /// Who publishes it.
    pub source: String,
    /// Its type.
    pub detail_type: String,
    /// Its content, as JSON.
    pub detail: Option<String>,
    /// When it happened, in seconds since 1970.
    pub time: Option<ciborium::tag::Required<f64, 1>>,
    /// The resources that it is about.
    #[serde(default)]
    pub resources: Vec<String>,
    /// Its group, and its id for deduplication.
    pub system_metadata: Option<SystemMetadata>,
}

/// What orders and identifies an event.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct SystemMetadata {
    /// Its event group.
    pub event_group_id: Option<String>,
    /// Its id for deduplication within the group.
    pub deduplication_id: Option<String>,
}

impl Entry {
    /// Its bytes: AWS does not say how it counts them, so all texts count here.
    pub(crate) fn bytes(&self) -> usize {
        let detail = self.detail.as_ref().map_or(0, String::len);
        self.source.len() + self.detail_type.len() + detail
    }

    /// What it would repeat has the same.
    pub(crate) fn key(&self) -> Option<Key> {
        let metadata = self.system_metadata.clone()?;
        Some((metadata.event_group_id, metadata.deduplication_id?))
    }

    /// Of its content.
    fn digest(&self) -> String {
        let detail = self.detail.as_deref().unwrap_or_default();
        let mut digest = Sha256::new();
        for part in [&self.source, &self.detail_type, detail] {
            digest.update(part.len().to_be_bytes());
            digest.update(part);
        }
        hex::encode(digest.finalize())
    }

    pub(crate) fn check(&self) -> Result<(), Refusal> {
        let json = self.detail.as_deref().map(serde_json::from_str::<Value>);
        if !json.is_none_or(|json| json.is_ok_and(|json| json.is_object())) {
            return Err(Refusal::invalid("Detail is not a JSON object".to_owned()));
        }
        let metadata = self.system_metadata.iter();
        let ids = metadata.flat_map(|it| [&it.event_group_id, &it.deduplication_id]).flatten();
        for id in ids {
            if !(1..=LONGEST_ID).contains(&id.chars().count()) {
                return Err(Refusal::invalid(format!("an id has {} characters", id.len())));
            }
        }
        Ok(())
    }
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Output {
    failed_entry_count: usize,
    entries: Vec<Answer>,
}

#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Answer {
    #[serde(skip_serializing_if = "Option::is_none")]
    event_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sequence_number: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    success_code: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error_code: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error_message: Option<&'static str>,
}

impl Output {
    pub(crate) fn of(outcomes: Vec<Outcome>) -> Self {
        let entries: Vec<_> = outcomes.into_iter().map(Answer::of).collect();
        let failed_entry_count = entries.iter().filter(|entry| entry.error_code.is_some()).count();
        Self { failed_entry_count, entries }
    }
}

impl Answer {
    fn of(outcome: Outcome) -> Self {
        let (Accepted { event_id, number }, code) = match outcome {
            Outcome::Published(accepted) => (accepted, "PUBLISHED"),
            Outcome::Deduplicated(accepted) => (accepted, "DEDUPLICATED"),
            Outcome::Failed(code) => {
                let error_message = Some("refused");
                return Self { error_code: Some(code), error_message, ..Self::default() };
            }
        };
        Self {
            event_id: Some(event_id),
            sequence_number: Some(sequence_number(number)),
            success_code: Some(code),
            ..Self::default()
        }
    }
}

/// A place on the bus, as the bus tells it.
pub(crate) fn sequence_number(number: i64) -> String {
    format!("{number:020}")
}
