//! The JSON event that rules match and subscribers read.

use domain::Timestamp;
use serde::{Deserialize, Serialize, Serializer};
use serde_json::value::RawValue;
use serde_json::{Map, Value};

/// An event as JSON text, serialised by this crate: each key of an object stands there once, and
/// nothing follows the value. Patterns match only such text, for their matcher trusts it.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct EventJson(Box<RawValue>);

impl EventJson {
    /// Serialises an event.
    ///
    /// # Errors
    /// When `event` has a map with keys that are not text.
    pub fn of(event: &impl Serialize) -> Result<Self, serde_json::Error> {
        serde_json::value::to_raw_value(event).map(Self)
    }

    /// The text of an event that was serialised earlier.
    pub(crate) fn stored(text: String) -> Result<Self, serde_json::Error> {
        RawValue::from_string(text).map(Self)
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.get()
    }
}

/// The version of the envelope, as EventBridge writes it.
pub(crate) const ENVELOPE_VERSION: &str = "0";

/// The fields that EventBridge puts around the detail of every event.
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
    pub(crate) detail: Map<String, Value>,
}

/// EventBridge delivers times without a fraction.
fn in_whole_seconds<S: Serializer>(time: &Timestamp, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(&format_args!("{:.0}", time.as_jiff()))
}
