//! Whole-table reads, only for operators' tools: nothing that serves a request uses this.

use std::collections::{BTreeMap, HashMap};

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::AttributeValue;
use futures::{Stream, TryStreamExt, stream};
use serde::{Deserialize, Serialize};
use serde_dynamo::Item;

use crate::StoreError;
use crate::items::s;

const SCANNING: &str = "reading the whole table";

/// Items of a page: as many as fit into a page's megabyte. Without a limit the embedded engine
/// reads the rest of the table for each page.
const PAGE: i32 = 1_000;

/// Which items of a table to read, by an attribute of their keys.
#[derive(Clone, Copy)]
pub(crate) struct Wanted {
    /// A condition on `#key` and `:value`.
    pub(crate) condition: &'static str,
    /// The attribute's name.
    pub(crate) key: &'static str,
    /// The value to compare it with.
    pub(crate) value: &'static str,
}

/// One of the parts in which a table is read, which may be read at the same time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Segment {
    /// Its number, from 0.
    pub index: u16,
    /// How many there are.
    pub of: u16,
}

/// A place in a segment: the key of the last item that was read. A read of the same segment can go
/// on behind it, also much later.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Position(BTreeMap<String, String>);

/// What one call read of a segment.
#[derive(Debug)]
pub struct ScanPage<T> {
    /// The wanted items. One that cannot be read does not hide those after it.
    pub items: Vec<Result<T, StoreError>>,
    /// Where to go on; `None` at the segment's end.
    pub next: Option<Position>,
}

impl Segment {
    /// The whole table.
    pub const WHOLE: Self = Self { index: 0, of: 1 };
}

impl Position {
    /// Every key attribute of our tables is a string.
    fn of(key: HashMap<String, AttributeValue>) -> Option<Self> {
        let text = |(name, value): (String, AttributeValue)| match value {
            AttributeValue::S(text) => Some((name, text)),
            _ => None,
        };
        key.into_iter().map(text).collect::<Option<_>>().map(Self)
    }

    fn key(self) -> HashMap<String, AttributeValue> {
        self.0.into_iter().map(|(name, text)| (name, s(text))).collect()
    }
}

/// The wanted items of a table. An item that cannot be read does not hide the items after it; a
/// failed call ends the stream.
pub(crate) fn items<T>(
    client: &Client,
    table: &str,
    wanted: Wanted,
    read: fn(Item) -> Result<T, StoreError>,
) -> impl Stream<Item = Result<T, StoreError>> + use<T> {
    let pages = pages(client, table, wanted, read, Segment::WHOLE, None);
    pages.map_ok(|page| stream::iter(page.items)).try_flatten()
}

/// The same of one segment, behind a place in it, page by page.
pub(crate) fn pages<T>(
    client: &Client,
    table: &str,
    wanted: Wanted,
    read: fn(Item) -> Result<T, StoreError>,
    segment: Segment,
    after: Option<Position>,
) -> impl Stream<Item = Result<ScanPage<T>, StoreError>> + use<T> {
    let scan = client
        .scan()
        .table_name(table)
        .filter_expression(wanted.condition)
        .expression_attribute_names("#key", wanted.key)
        .expression_attribute_values(":value", s(wanted.value))
        .consistent_read(true)
        .limit(PAGE);
    let scan = match segment {
        Segment::WHOLE => scan,
        Segment { index, of } => scan.segment(index.into()).total_segments(of.into()),
    };
    stream::try_unfold(Some(after), move |from| {
        let scan = scan.clone();
        async move {
            let Some(after) = from else { return Ok(None) };
            let answer = scan.set_exclusive_start_key(after.map(Position::key)).send().await;
            let answer = answer.map_err(StoreError::during(SCANNING))?;
            let next = answer.last_evaluated_key.and_then(Position::of);
            let items = answer.items.unwrap_or_default().into_iter();
            let items = items.map(|item| read(item.into())).collect();
            let page = ScanPage { items, next: next.clone() };
            Ok(Some((page, next.map(Some))))
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_position_outlives_its_process() {
        let key =
            HashMap::from([("PK".to_owned(), s("TRIP#t-1")), ("SK".to_owned(), s("METADATA"))]);
        let position = Position::of(key.clone()).unwrap();
        let written = serde_json::to_string(&position).unwrap();
        assert_eq!(written, r#"{"PK":"TRIP#t-1","SK":"METADATA"}"#);
        assert_eq!(serde_json::from_str::<Position>(&written).unwrap().key(), key);
    }
}
