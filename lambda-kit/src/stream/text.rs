//! What is read of a batch: its text, or what is left of it without what need not be looked into.

use std::borrow::Cow;
use std::iter;
use std::ops::Range;

use memchr::memmem;
use serde_json::value::RawValue;

/// The most bytes of a text's number: a batch has ten thousand records at most.
const NUMBER: usize = "10000".len();

/// The text of a batch.
#[derive(Clone, Debug)]
pub struct Text<'a> {
    pub(super) sent: &'a RawValue,
    /// The text for a strict reader. It may have less than was sent.
    pub(super) short: Cow<'a, str>,
    texts: Vec<&'a str>,
}

impl<'a> Text<'a> {
    /// All of a batch.
    #[must_use]
    pub fn whole(sent: &'a RawValue) -> Self {
        Self { sent, short: Cow::Borrowed(sent.get()), texts: Vec::new() }
    }

    /// A batch without its old images. They are half of a modification's bytes, and to look for
    /// their end is a third of the work to parse them.
    #[must_use]
    pub fn without_old_images(sent: &'a RawValue) -> Self {
        Self { sent, short: without_old_images(sent.get()), texts: Vec::new() }
    }

    /// A batch with numbers in place of a string attribute's texts, which nobody has to look
    /// through: `{"S":7}` for the text at that place in [`Self::texts`].
    #[must_use]
    pub fn with_numbers_for(attribute: &str, sent: &'a RawValue) -> Self {
        let (short, texts) = with_numbers_for(attribute, sent.get());
        Self { sent, short: Cow::Owned(short), texts }
    }

    /// The texts that have numbers, each from the quotation mark that begins it to the one that
    /// ends it.
    #[must_use]
    pub fn texts(&self) -> &[&'a str] {
        &self.texts
    }
}

/// Puts a number where a text of a string attribute of that name stands: `{"S":7}`, which DynamoDB
/// never sends. A quotation mark within a JSON text is escaped, so what is found are names of
/// members.
///
/// The end that is found is the text's own if no quotation mark within it is unescaped. Whoever
/// reads the text has to look at that.
fn with_numbers_for<'a>(attribute: &str, batch: &'a str) -> (String, Vec<&'a str>) {
    let begin = format!(r#""{attribute}":{{"S":"#);
    let places: Vec<_> = places(&begin, batch).collect();
    let cut: usize = places.iter().map(|place| place.len()).sum();
    let mut short = String::with_capacity(batch.len() - cut + places.len() * NUMBER);
    let (mut done, mut digits) = (0, itoa::Buffer::new());
    for (number, Range { start, end }) in places.iter().enumerate() {
        short.push_str(&batch[done..*start]);
        short.push_str(digits.format(number));
        done = *end;
    }
    short.push_str(&batch[done..]);
    (short, places.into_iter().map(|place| &batch[place]).collect())
}

/// The places of the texts that stand behind `begin`, up to one whose end is not found.
fn places(begin: &str, batch: &str) -> impl Iterator<Item = Range<usize>> {
    let find = memmem::Finder::new(begin);
    let (end, mut done) = (memmem::Finder::new(r#""}"#), 0);
    iter::from_fn(move || {
        let start = done + find.find(&batch.as_bytes()[done..])? + begin.len();
        done = end_of_text(&end, batch, start)?;
        Some(start..done)
    })
}

/// Where the text ends that begins at `start` and is all of a member, if it does.
fn end_of_text(end: &memmem::Finder<'_>, batch: &str, start: usize) -> Option<usize> {
    let bytes = batch.as_bytes();
    if bytes.get(start) != Some(&b'"') {
        return None;
    }
    let is_escaped = |mark: usize| {
        let before = bytes[start + 1..mark].iter().rev();
        before.take_while(|byte| **byte == b'\\').count() % 2 == 1
    };
    let mut ends = end.find_iter(&bytes[start + 1..]).map(|end| start + 1 + end);
    ends.find(|mark| !is_escaped(*mark)).map(|mark| mark + 1)
}

/// Cuts out what stands from an old image to the sequence number behind it. A quotation mark within
/// a JSON text is escaped, so what is found are names of members.
///
/// A reader that allows no other attributes than it knows notices a cut in the wrong place: braces
/// do not match, or a member is missing, occurs twice or is an attribute. Only a cut into the next
/// record might pass, so there is none.
fn without_old_images(batch: &str) -> Cow<'_, str> {
    let old_image = memmem::Finder::new(r#""OldImage":{"#);
    let sequence_number = memmem::Finder::new(r#""SequenceNumber":"#);
    let next_record = memmem::Finder::new(r#""dynamodb":"#);
    let (mut kept, mut rest) = (Vec::new(), batch);
    while let Some(start) = old_image.find(rest.as_bytes()) {
        let (before, from_image) = rest.split_at(start);
        let Some(length) = sequence_number.find(from_image.as_bytes()) else { break };
        let (cut, behind) = from_image.split_at(length);
        if next_record.find(cut.as_bytes()).is_some() {
            return Cow::Borrowed(batch);
        }
        kept.push(before);
        rest = behind;
    }
    if kept.is_empty() {
        return Cow::Borrowed(batch);
    }
    kept.push(rest);
    Cow::Owned(kept.concat())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rstest::rstest;
    use serde::Deserialize;
    use serde_json::Value;

    use super::*;
    use crate::stream::{Batch, Plain, SequenceNumber};

    const NEW: &str = r#"{"Records":[{"dynamodb":{"NewImage":{"PK":{"S":"a"}},"#;
    const OLD: &str = r#""OldImage":{"PK":{"S":"\"SequenceNumber\":{}"}},"#;
    const NUMBER: &str = r#""SequenceNumber":"1","SizeBytes":1}}"#;

    #[test]
    fn an_old_image_is_cut_out_whatever_it_holds() {
        let batch = [NEW, OLD, NUMBER, "]}"].concat();
        assert_eq!(without_old_images(&batch), [NEW, NUMBER, "]}"].concat());
    }

    #[rstest]
    #[case::no_old_image(&[NEW, NUMBER, "]}"])]
    #[case::no_number_behind_it(&[NEW, OLD, r#""SizeBytes":1}}]}"#])]
    #[case::a_number_of_the_next_record_alone(&[NEW, OLD, r#""SizeBytes":1}},"#, NEW, NUMBER, "]}"])]
    #[case::within_a_text(&[r#"{"a":"\"OldImage\":{","b":{"SequenceNumber":"1"}}"#])]
    fn nothing_is_cut_out_where_the_end_is_not_sure(#[case] parts: &[&str]) {
        let batch = parts.concat();
        assert_eq!(without_old_images(&batch), batch);
    }

    #[rstest]
    #[case(
        r#"{"detail":{"S":"a\"}b"},"n":{"N":"1"}}"#,
        r#"{"detail":{"S":0},"n":{"N":"1"}}"#,
        &[r#""a\"}b""#]
    )]
    #[case(r#"{"detail":{"S":"a\\"}}"#, r#"{"detail":{"S":0}}"#, &[r#""a\\""#])]
    #[case(r#"{"detail":{"S":""}}"#, r#"{"detail":{"S":0}}"#, &[r#""""#])]
    #[case(
        r#"[{"detail":{"S":"é"}},{"detail":{"S":"b"}}]"#,
        r#"[{"detail":{"S":0}},{"detail":{"S":1}}]"#,
        &[r#""é""#, r#""b""#]
    )]
    #[case::of_another_form(r#"{"detail":{"S": "a"}}"#, r#"{"detail":{"S": "a"}}"#, &[])]
    #[case::of_another_type(r#"{"detail":{"N":"1"}}"#, r#"{"detail":{"N":"1"}}"#, &[])]
    #[case::within_a_text(
        r#"{"a":"\"detail\":{\"S\":\"b\"}"}"#,
        r#"{"a":"\"detail\":{\"S\":\"b\"}"}"#,
        &[]
    )]
    fn a_text_is_replaced_by_its_number(
        #[case] sent: &str,
        #[case] short: &str,
        #[case] texts: &[&str],
    ) {
        let replaced = with_numbers_for("detail", sent);
        assert_eq!((replaced.0.as_str(), replaced.1.as_slice()), (short, texts));
    }

    #[derive(Clone, Debug, PartialEq, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Image {
        #[serde(rename = "PK")]
        pk: Value,
    }

    /// The spellings of each member; the empty one leaves it out.
    const MEMBERS: [&[&str]; 5] = [
        &[r#""Keys":{"PK":{"S":"a"}}"#],
        &[
            r#""NewImage":{"PK":{"S":"a"}}"#,
            r#""NewImage":{"PK":{"S":"a"},"OldImage":{"S":"b"}}"#,
            r#""NewImage":{"OldImage":{"S":"b"},"PK":{"S":"a"},"SequenceNumber":{"N":"1"}}"#,
        ],
        &[
            "",
            r#""OldImage":{"PK":{"S":"a"}}"#,
            r#""OldImage":{"PK":{"S":"a"},"SequenceNumber":{"S":"b"}}"#,
        ],
        &["", r#""SequenceNumber":"1""#],
        &["", r#""SizeBytes":26"#],
    ];

    /// A record with some members, in any order.
    fn record() -> impl Strategy<Value = String> {
        let members = MEMBERS.map(prop::sample::select).to_vec();
        members.prop_shuffle().prop_map(|members| {
            let there: Vec<_> = members.into_iter().filter(|member| !member.is_empty()).collect();
            format!(r#"{{"eventName":"MODIFY","dynamodb":{{{}}}}}"#, there.join(","))
        })
    }

    fn read(text: &Text<'_>) -> Option<Vec<Plain<'static, Image>>> {
        let read = Batch::read(text, |_: &Image, image: Image| Some(image)).unwrap();
        let Batch::Plain(records) = read else { return None };
        let own = |record: Plain<'_, _>| Plain {
            sequence_number: SequenceNumber::new(record.sequence_number.as_str().to_owned())
                .unwrap(),
            kind: record.kind,
            change: record.change,
        };
        Some(records.into_iter().map(own).collect())
    }

    proptest! {
        /// A cut is right or noticed, whatever members there are and in whatever order.
        #[test]
        fn what_is_read_without_old_images_is_what_was_sent(
            records in prop::collection::vec(record(), 1..5),
        ) {
            let batch = format!(r#"{{"Records":[{}]}}"#, records.join(","));
            let sent = RawValue::from_string(batch).unwrap();
            if let Some(read_short) = read(&Text::without_old_images(&sent)) {
                prop_assert_eq!(Some(read_short), read(&Text::whole(&sent)));
            }
        }
    }
}
