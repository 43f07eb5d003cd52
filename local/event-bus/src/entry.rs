//! One entry of a `PutEvents` call: its size, and the rules by which EventBridge refuses it.

use domain::Timestamp;
use event_pattern::EventJson;
use serde::Deserialize;
use serde_json::{Map, Value};

/// The size that EventBridge counts for a time, whatever its digits.
const TIME_BYTES: usize = 14;

/// The longest detail type that EventBridge delivers, in characters.
const DETAIL_TYPE_CHARS: usize = 128;

/// Sources that only AWS itself may use.
const RESERVED_SOURCE: &str = "aws.";

/// One event as a publisher sends it. The fields are those of `PutEventsRequestEntry`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Entry {
    /// When it happened, in seconds since the Unix epoch; the time of the call when absent.
    pub time: Option<f64>,
    /// The source.
    pub source: Option<String>,
    /// What kind of event it is.
    pub detail_type: Option<String>,
    /// A JSON object, as text.
    pub detail: Option<String>,
    /// The ARNs of the resources that it is about.
    pub resources: Option<Vec<String>>,
    /// The bus, by name or ARN; the default bus when absent.
    pub event_bus_name: Option<String>,
    /// An X-Ray trace header. It only joins the trace: the event does not carry it.
    pub trace_header: Option<String>,
}

/// Why one entry of a call was refused while the call itself succeeded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EntryFailure {
    /// The error code. `ThrottlingException` and `InternalFailure` are worth a retry.
    pub code: String,
    /// A message for people.
    pub message: String,
}

/// An entry that EventBridge accepts.
#[derive(Debug)]
pub(crate) struct ValidEntry<'a> {
    pub(crate) source: &'a str,
    pub(crate) detail_type: &'a str,
    /// As the publisher has written it, on one line.
    pub(crate) detail: EventJson,
}

impl EntryFailure {
    /// A failure with this code and message.
    pub fn new(code: impl Into<String>, message: impl Into<String>) -> Self {
        Self { code: code.into(), message: message.into() }
    }

    fn required(field: &str) -> Self {
        let reason = format!("Reason: {field} is a required argument.");
        Self::new("InvalidArgument", format!("Parameter {field} is not valid. {reason}"))
    }
}

impl Entry {
    /// The bytes that EventBridge counts: 14 for a time, and the UTF-8 lengths of source, detail
    /// type, detail and each resource.
    ///
    /// Source: "Calculating `PutEvents` event entry size" in the EventBridge user guide.
    #[must_use]
    pub fn size(&self) -> usize {
        let texts = [&self.source, &self.detail_type, &self.detail];
        let texts = texts.into_iter().flatten().chain(self.resources.iter().flatten());
        self.time.map_or(0, |_| TIME_BYTES) + texts.map(String::len).sum::<usize>()
    }

    /// Checks the entry in the order in which EventBridge does.
    pub(crate) fn validate(&self) -> Result<ValidEntry<'_>, EntryFailure> {
        let source = required("Source", self.source.as_deref())?;
        let detail_type = required("DetailType", self.detail_type.as_deref())?;
        let detail = required("Detail", self.detail.as_deref())?;
        if source.starts_with(RESERVED_SOURCE) {
            let code = "NotAuthorizedForSourceException";
            return Err(EntryFailure::new(code, "Not authorized for the source."));
        }
        // What cannot be read as a value would be of no use to whoever gets the event.
        let detail = serde_json::from_str::<Map<String, Value>>(detail)
            .and_then(|_| EventJson::parse(detail))
            .map_err(|_| EntryFailure::new("MalformedDetail", "Detail is malformed."))?;
        Ok(ValidEntry { source, detail_type, detail })
    }

    /// When the event happened. Millisecond precision, as the archive keeps it.
    pub(crate) fn time_or(&self, now: Timestamp) -> Timestamp {
        self.time.map_or(now, |seconds| Timestamp::from_millis((seconds * 1000.0).round() as i64))
    }
}

impl ValidEntry<'_> {
    /// Whether EventBridge accepts the entry and then silently loses it.
    pub(crate) fn is_dropped_in_silence(&self) -> bool {
        self.detail_type.chars().count() > DETAIL_TYPE_CHARS
    }
}

fn required<'a>(field: &str, value: Option<&'a str>) -> Result<&'a str, EntryFailure> {
    value.filter(|text| !text.is_empty()).ok_or_else(|| EntryFailure::required(field))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_size_is_counted_as_eventbridge_counts_it() {
        let text = |text: &str| Some(text.to_owned());
        let arns = |arns: &[&str]| Some(arns.iter().map(|&arn| arn.to_owned()).collect());
        let none = Entry::default;
        for (entry, expected) in [
            (none(), 0),
            (Entry { time: Some(0.0), ..none() }, 14),
            (Entry { time: Some(1_772_326_800.123), ..none() }, 14),
            (Entry { source: text("trip-saga"), ..none() }, 9),
            (Entry { detail_type: text("trip.confirmed.v1"), ..none() }, 17),
            (Entry { detail: text(r#"{"a":1}"#), ..none() }, 7),
            (Entry { detail: text(r#"{"a":"é旅🛫"}"#), ..none() }, 17),
            (Entry { resources: arns(&[]), ..none() }, 0),
            (Entry { resources: arns(&["arn:a", "", "arn:bc"]), ..none() }, 11),
            (Entry { event_bus_name: text("trip-saga"), ..none() }, 0),
            (Entry { trace_header: text("Root=1-5759e988"), ..none() }, 0),
            (Entry { time: Some(1.0), source: text("s"), detail: text("{}"), ..none() }, 17),
        ] {
            assert_eq!(entry.size(), expected, "{entry:?}");
        }
    }

    #[test]
    fn a_time_is_read_to_the_millisecond() {
        let entry = Entry { time: Some(1_772_326_800.123), ..Entry::default() };
        let time = entry.time_or(Timestamp::from_millis(0));
        assert_eq!(time.to_string(), "2026-03-01T01:00:00.123Z");
    }
}
