//! Keys and attributes as they stand in a stream record, in Lambda's JSON, borrowed from its text.
//!
//! What is read like this is what this release writes, and nothing else. The rest of a stream is
//! read by the codecs of the items, which say what is wrong with it.

use std::str::FromStr;

use serde::Deserialize;

/// A string attribute: `{"S": …}`. A `&str` is one without escapes, as all
/// are that this product makes up itself.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct S<T> {
    #[serde(rename = "S")]
    pub(crate) value: T,
}

/// A number attribute, whose digits stand in a string: `{"N": "1"}`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct N<'a> {
    #[serde(rename = "N")]
    pub(crate) digits: &'a str,
}

/// The key of an item of TripSagaTable.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Keys<'a> {
    #[serde(rename = "PK", borrow)]
    pub(crate) pk: S<&'a str>,
    #[serde(rename = "SK", borrow)]
    pub(crate) sk: S<&'a str>,
}

impl N<'_> {
    /// The number, if it is one of this kind.
    pub(crate) fn parse<T: FromStr>(&self) -> Option<T> {
        self.digits.parse().ok()
    }
}

#[cfg(test)]
mod tests {
    use domain::{EventId, Timestamp};
    use proptest::prelude::*;
    use serde_dynamo::Item;
    use serde_json::json;
    use uuid::Uuid;

    use crate::arbitrary::{trip_id, trip_state};
    use crate::items::Metadata;
    use crate::outbox::{OutboxRecord, OutboxStatus, PendingEvent, decode};
    use crate::view::SearchRow;

    const WITHOUT_ESCAPES: &str = r"[ !#-\[\]-~é]{0,100}";

    prop_compose! {
        fn pending()(
            trip_id in trip_id(),
            id in any::<u128>(),
            sequence in any::<u64>(),
            event_type in WITHOUT_ESCAPES,
            millis in 0_i64..4_000_000_000_000,
            data in any::<String>(),
            traceparent in proptest::option::of(WITHOUT_ESCAPES),
            trace_header in proptest::option::of(WITHOUT_ESCAPES),
        ) -> OutboxRecord {
            let occurred_at = Timestamp::from_millis(millis);
            let traced = traceparent.iter().map(|it| format!("{:?}:{it:?},", "traceparent"));
            let detail = format!(
                r#"{{"type":{},"time":"{occurred_at}","sequence":"{sequence}",{}"data":{}}}"#,
                json!(event_type), traced.collect::<String>(), json!(data),
            );
            OutboxRecord {
                trip_id,
                event_id: EventId::new(Uuid::from_u128(id)),
                sequence,
                event_type,
                occurred_at,
                detail,
                traceparent,
                trace_header,
                status: OutboxStatus::Pending,
                dispatched_at: None,
                parked_reason: None,
                discarded_at: None,
                refused_since: None,
            }
        }
    }

    /// The keys and the image in Lambda's JSON.
    fn json(item: &Item) -> (String, String) {
        let keys: Item = ["PK", "SK"]
            .map(|name| (name.to_owned(), item.get(name).unwrap().clone()))
            .into_iter()
            .collect::<std::collections::HashMap<_, _>>()
            .into();
        (serde_json::to_string(&keys).unwrap(), serde_json::to_string(item).unwrap())
    }

    proptest! {
        #[test]
        fn an_event_reads_as_its_codec_reads_it(event in pending()) {
            let item = event.encode_pending().unwrap();
            let (keys, image) = json(&item);
            let keys = serde_json::from_str(&keys).unwrap();
            let read = PendingEvent::of(&keys, serde_json::from_str(&image).unwrap(), &[]);
            let read = read.unwrap();
            prop_assert_eq!(read.detail.text(), event.detail.as_str());
            prop_assert_eq!(read.size(), event.size());
            prop_assert_eq!(read.into_owned(), PendingEvent::from(decode(item).unwrap()));
        }

        #[test]
        fn a_row_reads_as_its_codec_reads_it(trip in trip_state()) {
            let item = Metadata::of(&trip).encode().unwrap();
            let (_, image) = json(&item);
            let read = SearchRow::of(serde_json::from_str(&image).unwrap());
            prop_assert_eq!(read, Some(SearchRow::from_item(item).unwrap()));
        }
    }
}
