//! The fields that EventBridge puts around an event's detail.

use domain::Timestamp;
use serde::{Serialize, Serializer};
use serde_json::{Map, Value};

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
