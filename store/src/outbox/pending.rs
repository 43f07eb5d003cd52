//! What publishing needs of an event. From a stream it is borrowed from the record's text, so that
//! a batch is read once and copied once: into the request to the bus.

use std::borrow::Cow;

use domain::Timestamp;
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::value::RawValue;

use super::head::{self, Head};
use super::{OutboxKey, OutboxRecord, OutboxStatus};
use crate::image::{Keys, N, S};
use crate::items::Entity;
use crate::keys;
use crate::limits::event_bytes;

/// An event to be published.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PendingEvent<'a> {
    /// Which event.
    pub key: OutboxKey,
    /// Its place among the trip's events, from 1.
    pub sequence: u64,
    /// Its type: the `DetailType` on the bus.
    pub event_type: Cow<'a, str>,
    /// When it was committed.
    pub occurred_at: Timestamp,
    /// The envelope: the `Detail` on the bus.
    pub detail: Literal<'a>,
    /// W3C's trace context of the commit, if it had one.
    pub traceparent: Option<Cow<'a, str>>,
    /// What the commit's AWS X-Ray header says beyond that.
    pub trace_header: Option<Cow<'a, str>>,
    /// Since when the bus has repeatedly refused it but taken others.
    pub refused_since: Option<Timestamp>,
}

impl PendingEvent<'_> {
    /// The attribute with the envelope.
    pub const DETAIL: &'static str = head::DETAIL;

    /// Its bytes as EventBridge counts them.
    #[must_use]
    pub fn size(&self) -> usize {
        event_bytes(&self.event_type, self.detail.bytes)
    }

    /// The same event, independent of what it was read from.
    #[must_use]
    pub fn into_owned(self) -> PendingEvent<'static> {
        PendingEvent {
            key: self.key,
            sequence: self.sequence,
            event_type: Cow::Owned(self.event_type.into_owned()),
            occurred_at: self.occurred_at,
            detail: self.detail.into_owned(),
            traceparent: self.traceparent.map(owned),
            trace_header: self.trace_header.map(owned),
            refused_since: self.refused_since,
        }
    }
}

fn owned(text: Cow<'_, str>) -> Cow<'static, str> {
    Cow::Owned(text.into_owned())
}

impl From<OutboxRecord> for PendingEvent<'static> {
    fn from(record: OutboxRecord) -> Self {
        let key = OutboxKey { trip_id: record.trip_id, event_id: record.event_id };
        Self {
            key,
            sequence: record.sequence,
            event_type: record.event_type.into(),
            occurred_at: record.occurred_at,
            detail: Literal::of(&record.detail),
            traceparent: record.traceparent.map(Cow::Owned),
            trace_header: record.trace_header.map(Cow::Owned),
            refused_since: record.refused_since,
        }
    }
}

/// A text as a JSON string literal, quoted and escaped: so an envelope stands in a stream record,
/// and so it goes into the request to the bus.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Literal<'a> {
    json: Cow<'a, str>,
    /// How many bytes the text has.
    bytes: usize,
}

impl<'a> Literal<'a> {
    /// `None` if no text can be read from it: raw JSON may have half a surrogate pair.
    fn read(json: &'a str) -> Option<Self> {
        Some(Self { json: Cow::Borrowed(json), bytes: text_bytes(json)? })
    }

    /// The literal of `text`.
    #[must_use]
    pub fn of(text: &str) -> Literal<'static> {
        let json = Cow::Owned(serde_json::Value::from(text).to_string());
        Literal { json, bytes: text.len() }
    }

    /// The literal itself.
    #[must_use]
    pub fn as_json(&self) -> &str {
        &self.json
    }

    /// The text.
    #[must_use]
    pub fn text(&self) -> Cow<'_, str> {
        decoded(&self.json).unwrap_or_default()
    }

    fn into_owned(self) -> Literal<'static> {
        Literal { json: Cow::Owned(self.json.into_owned()), bytes: self.bytes }
    }
}

/// The literal as it stands in JSON, or among `texts` the one whose number JSON has.
fn literal<'a>(json: &'a RawValue, texts: &[&'a str]) -> Option<&'a str> {
    match json.get().parse::<usize>() {
        Ok(number) => texts.get(number).copied(),
        Err(_) => Some(json.get()),
    }
}

fn decoded(literal: &str) -> Option<Cow<'_, str>> {
    serde_json::from_str(literal).ok().map(|Unquoted(text)| text)
}

/// How many bytes the text of a literal has; `None` if this is not one literal. Envelopes are full
/// of quotation marks and have no other escapes, so most are counted without being read.
fn text_bytes(literal: &str) -> Option<usize> {
    let inside = literal.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'))?;
    // Each byte and the one before it, so few at a time that marks can be counted in bytes, sixteen
    // at once.
    let pairs = literal.as_bytes()[..inside.len()].chunks(255).zip(inside.as_bytes().chunks(255));
    let (mut marks, mut is_simple) = (0, !inside.ends_with('\\'));
    for (before, bytes) in pairs {
        let (mut few, mut odd) = (0, false);
        for (before, byte) in before.iter().zip(bytes) {
            few += u8::from(*byte == b'"');
            odd |= (*before == b'\\') != (*byte == b'"');
        }
        marks += usize::from(few);
        is_simple &= !odd;
    }
    if is_simple { Some(inside.len() - marks) } else { Some(decoded(literal)?.len()) }
}

#[derive(Deserialize)]
struct Unquoted<'a>(#[serde(borrow)] Cow<'a, str>);

/// The image of an event that is still to be dispatched, with the attributes that this release
/// writes. From a stream record, in Lambda's JSON.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PendingImage<'a> {
    #[serde(rename = "PK")]
    _pk: IgnoredAny,
    #[serde(rename = "SK")]
    _sk: IgnoredAny,
    #[serde(rename = "GSI1PK", default)]
    _gsi1_pk: IgnoredAny,
    #[serde(rename = "GSI1SK", default)]
    _gsi1_sk: IgnoredAny,
    #[serde(borrow)]
    entity_type: S<&'a str>,
    #[serde(borrow)]
    schema_version: N<'a>,
    status: S<OutboxStatus>,
    /// Left as it stands, or its number.
    #[serde(borrow)]
    detail: S<&'a RawValue>,
    #[serde(borrow, default)]
    trace_header: Option<S<&'a str>>,
}

impl<'a> PendingEvent<'a> {
    /// The event in a stream record with these keys and this new image, whose envelope may be the
    /// number of one of `texts`; `None` if they are not a pending event's. Then [`super::decode`]
    /// says why.
    #[must_use]
    pub fn of(keys: &Keys<'a>, image: PendingImage<'a>, texts: &[&'a str]) -> Option<Self> {
        let (trip_id, event_id) = keys::parse_outbox(keys.pk.value, keys.sk.value)?;
        let json = literal(image.detail.value, texts)?;
        let Head { event_type, occurred_at, sequence, traceparent } = Head::of_literal(json)?;
        let detail = Literal::read(json)?;
        let is_pending = Entity::EVENT.is(image.entity_type.value, image.schema_version.digits)
            && image.status.value == OutboxStatus::Pending;
        is_pending.then(|| Self {
            key: OutboxKey { trip_id, event_id },
            sequence,
            event_type,
            occurred_at,
            detail,
            traceparent,
            trace_header: image.trace_header.map(|header| header.value.into()),
            refused_since: None,
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::text(r#""{\"a\":1}""#, true)]
    #[case::nothing(r#""""#, true)]
    #[case::escapes(r#""\\\n\/\"\\""#, true)]
    #[case::control(r#""\u0001""#, true)]
    #[case::a_pair(r#""\ud83d\ude00""#, true)]
    #[case::half_a_pair(r#""\ud83d""#, false)]
    #[case::a_number("1", false)]
    fn a_literal_is_what_a_text_can_be_read_from(#[case] json: &str, #[case] is_text: bool) {
        let raw: &RawValue = serde_json::from_str(json).unwrap();
        let text = serde_json::from_str::<String>(json).ok();
        assert_eq!(text.is_some(), is_text);
        let literal = literal(raw, &[]).and_then(Literal::read);
        assert_eq!(literal.map(|literal| literal.bytes), text.map(|text| text.len()));
    }

    #[rstest]
    #[case::a_text("0", Some(4))]
    #[case::without_its_end("1", None)]
    #[case::two_texts("2", None)]
    #[case::no_text("3", None)]
    #[case::below("-1", None)]
    fn a_number_is_that_of_one_text_alone(#[case] number: &str, #[case] bytes: Option<usize>) {
        let texts = [r#""a\"b\"""#, r#""a\""#, r#""c","d""#];
        let number: &RawValue = serde_json::from_str(number).unwrap();
        let literal = literal(number, &texts).and_then(Literal::read);
        assert_eq!(literal.map(|literal| literal.bytes), bytes);
    }

    proptest! {
        #[test]
        fn a_literals_bytes_are_its_texts(text in "(?s)[a\"\\\\/u\n\u{1}é]{0,600}") {
            let literal = Literal::of(&text);
            prop_assert_eq!(text_bytes(literal.as_json()), Some(text.len()));
        }

        /// A literal that is cut, or that has more behind it, is none. Escapes are valid in JSON.
        #[test]
        fn what_is_not_one_literal_has_no_bytes(piece in "[n\"\\\\/]{0,12}") {
            let piece = format!("\"{piece}\"");
            let text = serde_json::from_str::<String>(&piece).ok();
            prop_assert_eq!(text_bytes(&piece), text.map(|text| text.len()));
        }
    }
}
