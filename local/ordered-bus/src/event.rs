//! An event on the bus: what is kept of it, and what is made of it for a target.

use std::collections::BTreeMap;

use domain::Timestamp;
use event_pattern::EventJson;
use serde::{Serialize, Serializer};
use serde_json::value::RawValue;

use crate::wire::{Entry, sequence_number};

/// An event as it is kept.
#[derive(Clone, Debug)]
pub(crate) struct Stored {
    pub(crate) position: i64,
    pub(crate) event_id: String,
    pub(crate) received_at: Timestamp,
    pub(crate) group: Option<String>,
    pub(crate) deduplication_id: Option<String>,
    pub(crate) source: String,
    pub(crate) detail_type: String,
    /// What subscribers are sent: EventBridge's envelope.
    pub(crate) event: EventJson,
}

/// EventBridge's envelope around an entry.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Data<'a> {
    version: &'static str,
    id: &'a str,
    detail_type: &'a str,
    source: &'a str,
    account: &'a str,
    #[serde(serialize_with = "in_whole_seconds")]
    time: Timestamp,
    region: &'a str,
    resources: &'a [String],
    detail: EventJson,
}

/// EventBridge delivers times without a fraction.
fn in_whole_seconds<S: Serializer>(time: &Timestamp, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(&format_args!("{:.0}", time.as_jiff()))
}

/// The event that an entry becomes.
pub(crate) fn enveloped(
    entry: &Entry,
    id: &str,
    (account, region): (&str, &str),
    received_at: Timestamp,
) -> Result<EventJson, serde_json::Error> {
    let millis = |seconds: f64| Timestamp::from_millis((seconds * 1000.0).round() as i64);
    EventJson::of(&Data {
        version: "0",
        id,
        detail_type: &entry.detail_type,
        source: &entry.source,
        account,
        time: entry.time.as_ref().map_or(received_at, |time| millis(time.0)),
        region,
        resources: &entry.resources,
        detail: EventJson::parse(entry.detail.as_deref().unwrap_or("{}"))?,
    })
}

/// An event with what the bus knows of it, as the transformer `WITH_METADATA` sends it.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Envelope<'a> {
    data: &'a EventJson,
    metadata: BTreeMap<String, String>,
    system_metadata: BTreeMap<&'static str, String>,
}

impl Envelope<'_> {
    /// What the bus knows of an event: texts all of them.
    pub(crate) fn metadata(event: &Stored, is_replay: bool) -> BTreeMap<&'static str, String> {
        let kind = if is_replay { "REPLAY" } else { "LIVE" };
        let known = [
            ("ContentType", "application/eventbridge+json".to_owned()),
            ("aws:EventId", event.event_id.clone()),
            ("aws:SequenceNumber", sequence_number(event.position)),
            ("aws:IngestionTime", event.received_at.to_string()),
            ("aws:DeliveryType", kind.to_owned()),
            ("aws:Source", event.source.clone()),
            ("aws:DetailType", event.detail_type.clone()),
        ];
        let group = event.group.clone().map(|group| ("EventGroupId", group));
        let deduplication = event.deduplication_id.clone().map(|id| ("DeduplicationId", id));
        known.into_iter().chain(group).chain(deduplication).collect()
    }
}

/// An event as a target gets it: the event alone, or with its metadata.
pub(crate) fn payload(
    event: &Stored,
    with_metadata: bool,
    is_replay: bool,
) -> Result<Box<RawValue>, serde_json::Error> {
    if !with_metadata {
        return RawValue::from_string(event.event.as_str().to_owned());
    }
    serde_json::value::to_raw_value(&Envelope {
        data: &event.event,
        metadata: BTreeMap::new(),
        system_metadata: Envelope::metadata(event, is_replay),
    })
}
