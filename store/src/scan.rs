//! Whole-table reads, only for operators' tools: nothing that serves a request uses this.

use std::collections::BTreeMap;

use futures::{Stream, TryStreamExt, stream};
use serde::{Deserialize, Serialize};
use serde_dynamo::{AttributeValue, Item};

use crate::batch_get::{PrimaryKey, primary_key};
use crate::items::s;
use crate::request::Read;
use crate::{Client, StoreError};

const SCANNING: &str = "reading the whole table";

/// Items of a page: as many as fit into a page's megabyte. Without a limit the embedded engine
/// reads the rest of the table for each page.
const PAGE: usize = 1_000;

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
    fn of(key: PrimaryKey) -> Option<Self> {
        let text = |(name, value): (String, AttributeValue)| match value {
            AttributeValue::S(text) => Some((name, text)),
            _ => None,
        };
        key.into_inner().into_iter().map(text).collect::<Option<_>>().map(Self)
    }

    fn key(self) -> PrimaryKey {
        primary_key(self.0)
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
    let (client, table) = (client.clone(), table.to_owned());
    stream::try_unfold(Some(after), move |from| {
        let (client, table) = (client.clone(), table.clone());
        async move {
            let Some(after) = from else { return Ok(None) };
            let scan = scan(&table, wanted, segment).after(after.map(Position::key));
            let page = client.page(&scan).await;
            let mut page = page.map_err(StoreError::of_call(SCANNING))?;
            let next = page.next().and_then(Position::of);
            let items = page.items.into_iter().map(read).collect();
            let page = ScanPage { items, next: next.clone() };
            Ok(Some((page, next.map(Some))))
        }
    })
}

fn scan(table: &str, wanted: Wanted, segment: Segment) -> Read<'_> {
    let scan = Read::scan(table)
        .only_if(wanted.condition)
        .name("#key", wanted.key)
        .value(":value", s(wanted.value))
        .consistent()
        .limit(PAGE);
    match segment {
        Segment::WHOLE => scan,
        Segment { index, of } => scan.segment(index, of),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_position_outlives_its_process() {
        let key = primary_key([("PK", "TRIP#t-1".to_owned()), ("SK", "METADATA".to_owned())]);
        let position = Position::of(key.clone()).unwrap();
        let written = serde_json::to_string(&position).unwrap();
        assert_eq!(written, r#"{"PK":"TRIP#t-1","SK":"METADATA"}"#);
        assert_eq!(serde_json::from_str::<Position>(&written).unwrap().key(), key);
    }
}
