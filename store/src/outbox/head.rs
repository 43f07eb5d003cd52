//! What an envelope says of its event, which the item repeats nowhere.

use std::borrow::Cow;

use domain::Timestamp;
use memchr::memchr;
use serde::de::Error;
use serde::{Deserialize, Deserializer};
use serde_dynamo::Item;

use crate::items::text;
use crate::keys;

/// The attribute with the envelope.
pub(super) const DETAIL: &str = "detail";

/// What publishing needs of an envelope.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub(super) struct Head<'a> {
    /// The event's type.
    #[serde(rename = "type", borrow)]
    pub(super) event_type: Cow<'a, str>,
    /// When it was committed.
    #[serde(rename = "time")]
    pub(super) occurred_at: Timestamp,
    /// Its place among the trip's events, from 1.
    #[serde(deserialize_with = "number")]
    pub(super) sequence: u64,
    /// W3C's trace context, if it has one.
    pub(super) traceparent: Option<Cow<'a, str>>,
}

/// What an envelope says if nothing else can be read of it.
#[derive(Deserialize)]
struct Place {
    #[serde(deserialize_with = "number")]
    sequence: u64,
}

fn number<'de, D: Deserializer<'de>>(digits: D) -> Result<u64, D::Error> {
    String::deserialize(digits)?.parse().map_err(D::Error::custom)
}

/// An event's place among its trip's events, if at least that can be read.
pub(super) fn sequence(item: &Item) -> Option<u64> {
    let envelope = text(item, DETAIL).ok();
    let place = envelope.and_then(|it| serde_json::from_str::<Place>(it).ok());
    let of_index = || keys::parse_event_sequence(text(item, keys::GSI1_SK).ok()?);
    place.map(|place| place.sequence).or_else(of_index)
}

impl<'a> Head<'a> {
    /// Of an envelope in a JSON string literal, quoted and escaped, whose data nobody looks at.
    /// `None` if it is not as this release writes it: texts without escapes, then the data.
    pub(super) fn of_literal(json: &'a str) -> Option<Self> {
        let (mut event_type, mut time, mut sequence, mut traceparent) = (None, None, None, None);
        let mut rest = json.strip_prefix(r#""{"#)?;
        while let Some((name, value, after)) = member(rest) {
            match name {
                "type" => event_type = Some(value),
                "time" => time = Some(value),
                "sequence" => sequence = Some(value),
                "traceparent" => traceparent = Some(value),
                _ => {}
            }
            rest = after;
        }
        rest.starts_with(r#"\"data\":"#).then_some(())?;
        Some(Self {
            event_type: event_type?.into(),
            occurred_at: time?.parse().ok()?,
            sequence: sequence?.parse().ok()?,
            traceparent: traceparent.map(Cow::Borrowed),
        })
    }
}

/// A member whose value is a text without escapes, and what follows the comma behind it.
fn member(text: &str) -> Option<(&str, &str, &str)> {
    let (name, after) = quoted(text)?;
    let (value, after) = quoted(after.strip_prefix(':')?)?;
    Some((name, value, after.strip_prefix(',')?))
}

/// A text between two escaped quotation marks, and what follows them.
fn quoted(text: &str) -> Option<(&str, &str)> {
    let inside = text.strip_prefix(r#"\""#)?;
    let (inside, after) = inside.split_at(memchr(b'\\', inside.as_bytes())?);
    Some((inside, after.strip_prefix(r#"\""#)?))
}

#[cfg(test)]
mod tests {
    use domain::event::sequence_text;
    use proptest::prelude::*;
    use rstest::rstest;
    use serde_json::{Value, json};

    use super::*;

    const TIME: &str = "2026-03-01T01:00:00.120Z";

    fn literal(envelope: &str) -> String {
        Value::from(envelope).to_string()
    }

    #[rstest]
    #[case::as_it_is("", "", true)]
    #[case::an_escape(r#":"a""#, r#":"a\"b""#, false)]
    #[case::a_number(r#""data""#, r#""n":1,"data""#, false)]
    #[case::nothing_behind_the_texts(r#","data":1"#, "", false)]
    #[case::white_space(r#""type":"#, r#""type": "#, false)]
    #[case::no_type(r#""type""#, r#""kind""#, false)]
    #[case::no_time("2026-03-01T01:00:00.120Z", "yesterday", false)]
    #[case::no_place("0000000001", "first", false)]
    fn any_other_envelope_is_left_to_the_parser(
        #[case] from: &str,
        #[case] to: &str,
        #[case] is_read: bool,
    ) {
        let envelope =
            format!(r#"{{"type":"a","time":"{TIME}","sequence":"0000000001","data":1}}"#);
        assert!(envelope.contains(from));
        let literal = literal(&envelope.replacen(from, to, 1));
        assert_eq!(Head::of_literal(&literal).is_some(), is_read);
    }

    #[rstest]
    #[case::by_its_envelope(r#"{"sequence":"0000000004"}"#, Some("a#trip-1#0000000009"), Some(4))]
    #[case::by_its_place("{", Some("a#trip-1#0000000009"), Some(9))]
    #[case::by_no_place_of_its_own("{", Some("a#trip-1#0000000000"), None)]
    #[case::by_nothing("{", None, None)]
    fn a_damaged_event_still_has_its_number(
        #[case] detail: &str,
        #[case] place: Option<&str>,
        #[case] expected: Option<u64>,
    ) {
        let mut item = json!({ "detail": { "S": detail } });
        if let Some(place) = place {
            item["GSI1SK"] = json!({ "S": place });
        }
        assert_eq!(sequence(&serde_json::from_value(item).unwrap()), expected);
    }

    proptest! {
        /// In any order, and with whatever data.
        #[test]
        fn a_literal_says_what_its_envelope_says(
            event_type in r"[ !#-\[\]-~é]{0,40}",
            sequence in any::<u64>(),
            traceparent in proptest::option::of("[0-9a-f-]{0,60}"),
            place in 0..3_usize,
            data in any::<String>(),
        ) {
            let sequence = sequence_text(sequence);
            let mut members = vec![("time", TIME.to_owned()), ("sequence", sequence)];
            members.insert(place, ("type", event_type));
            members.extend(traceparent.map(|text| ("traceparent", text)));
            let shown = members.iter().map(|(name, value)| format!("{}:{},", json!(name), json!(value)));
            let envelope = format!("{{{}\"data\":{}}}", shown.collect::<String>(), json!(data));
            let parsed: Head<'_> = serde_json::from_str(&envelope).unwrap();
            let literal = literal(&envelope);
            prop_assert_eq!(Head::of_literal(&literal), Some(parsed));
        }
    }
}
