//! The envelope that EventBridge puts around the detail of every event.

use domain::Timestamp;
use event_pattern::EventJson;
use serde::{Deserialize, Serialize, Serializer};
use serde_json::value::RawValue;

/// The envelope of an event that is published.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct Envelope<'a> {
    pub(crate) version: &'static str,
    pub(crate) id: &'a str,
    pub(crate) detail_type: &'a str,
    pub(crate) source: &'a str,
    pub(crate) account: &'a str,
    #[serde(serialize_with = "in_whole_seconds")]
    pub(crate) time: Timestamp,
    pub(crate) region: &'a str,
    pub(crate) resources: &'a [String],
    pub(crate) detail: EventJson,
}

/// EventBridge delivers times without a fraction.
fn in_whole_seconds<S: Serializer>(time: &Timestamp, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(&format_args!("{:.0}", time.as_jiff()))
}

/// An archived event, member by member as it is written.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Archived<'a> {
    #[serde(borrow)]
    version: &'a RawValue,
    #[serde(borrow)]
    id: &'a RawValue,
    #[serde(borrow)]
    detail_type: &'a RawValue,
    #[serde(borrow)]
    source: &'a RawValue,
    #[serde(borrow)]
    account: &'a RawValue,
    #[serde(borrow)]
    time: &'a RawValue,
    #[serde(borrow)]
    region: &'a RawValue,
    #[serde(skip_deserializing, skip_serializing_if = "Option::is_none")]
    replay_name: Option<&'a str>,
    #[serde(borrow)]
    resources: &'a RawValue,
    #[serde(borrow)]
    detail: &'a RawValue,
}

/// The event as a replay sends it: with the replay's name, where EventBridge puts it.
pub(crate) fn for_replay(
    event: &EventJson,
    replay: Option<&str>,
) -> Result<Box<RawValue>, serde_json::Error> {
    let Some(replay) = replay else { return RawValue::from_string(event.as_str().to_owned()) };
    let archived: Archived<'_> = serde_json::from_str(event.as_str())?;
    serde_json::value::to_raw_value(&Archived { replay_name: Some(replay), ..archived })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_replayed_event_has_the_replays_name_and_is_else_as_it_was() {
        let event = EventJson::of(&Envelope {
            version: "0",
            id: "e-1",
            detail_type: "t",
            source: "s",
            account: "0",
            time: Timestamp::from_millis(1_500),
            region: "r",
            resources: &["a".to_owned()],
            detail: EventJson::parse(r#"{"n": 1.10e400, "resources": 1, "n": 2}"#).unwrap(),
        })
        .unwrap();
        assert_eq!(for_replay(&event, None).unwrap().get(), event.as_str());
        let replayed = for_replay(&event, Some("again")).unwrap();
        let expected = event.as_str().replacen(
            r#""region":"r","#,
            r#""region":"r","replay-name":"again","#,
            1,
        );
        assert_eq!(replayed.get(), expected);
        assert!(expected.contains(r#""detail":{"n":1.10e400,"resources":1,"n":2}"#), "{expected}");
    }
}
