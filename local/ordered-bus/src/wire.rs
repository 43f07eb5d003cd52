//! `PutEvents` as it goes over the wire.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::outcome::Outcome;

/// The longest id of a group or for deduplication, in characters.
const LONGEST_ID: usize = 128;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    pub(crate) event_bus_arn: String,
    pub(crate) entries: Vec<Entry>,
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
        let (number, code) = match outcome {
            Outcome::Published(number) => (number, "PUBLISHED"),
            Outcome::Deduplicated(number) => (number, "DEDUPLICATED"),
            Outcome::Failed(code) => {
                let error_message = Some("refused");
                return Self { error_code: Some(code), error_message, ..Self::default() };
            }
        };
        Self {
            event_id: Some(format!("event-{number}")),
            sequence_number: Some(format!("{number:020}")),
            success_code: Some(code),
            ..Self::default()
        }
    }
}

/// The error of a whole call.
#[derive(Debug, Serialize)]
pub(crate) struct Refusal {
    #[serde(skip)]
    pub(crate) status: u16,
    #[serde(rename = "__type")]
    kind: String,
    #[serde(rename = "Message")]
    message: String,
}

impl Refusal {
    pub(crate) fn invalid(message: String) -> Self {
        Self::new("InvalidInputException", 400, message)
    }

    pub(crate) fn not_found() -> Self {
        Self::new("ResourceNotFoundException", 404, "there is no such event bus".to_owned())
    }

    /// The error with this name.
    pub(crate) fn new(code: &str, status: u16, message: String) -> Self {
        Self { status, kind: format!("com.amazonaws.eventbridgev2#{code}"), message }
    }
}
