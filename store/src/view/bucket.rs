//! Reads rows of one partition of an index, page by page, until enough are found.

use serde_dynamo::{AttributeValue, Item};

use super::codec::DEPARTURE_KEY;
use super::{Entry, SearchRow};
use crate::items::text;
use crate::request::{Page, Read};
use crate::{Client, StoreError};

/// The most calls for one partition. Only rows of more than DynamoDB's megabyte need a second one.
/// After that many calls, reading stops early and reports where.
const MAX_CALLS: usize = 10;

/// What was read of one partition.
#[derive(Debug, Default)]
pub(super) struct Bucket {
    /// The rows, in the query's order.
    pub(super) entries: Vec<Entry>,
    /// The departure key up to which the partition was read; absent if it holds no more.
    pub(super) stopped_at: Option<String>,
    /// How many rows were examined.
    pub(super) scanned: usize,
    /// The read units that this cost.
    pub(super) units: f64,
}

/// Reads up to `wanted` of the rows that `query` finds, in order.
pub(super) async fn read(
    client: &Client,
    query: Read<'_>,
    wanted: usize,
    operation: &'static str,
) -> Result<Bucket, StoreError> {
    let (mut bucket, mut start) = (Bucket::default(), None);
    for _ in 0..MAX_CALLS {
        let rest = query.clone().limit(wanted - bucket.entries.len()).after(start);
        let page = client.page(&rest).await.map_err(StoreError::of_call(operation))?;
        start = bucket.add(page)?;
        if start.is_none() || bucket.entries.len() >= wanted {
            break;
        }
    }
    bucket.stopped_at = start.as_ref().and_then(departure_key);
    Ok(bucket)
}

impl Bucket {
    /// Adds a page, and returns the start of the next one.
    fn add(&mut self, mut page: Page) -> Result<Option<Item>, StoreError> {
        self.units += page.units();
        self.scanned += page.scanned_count;
        let next = page.next();
        for item in page.items {
            self.entries.push(Entry::of(item)?);
        }
        Ok(next)
    }
}

impl Entry {
    /// An item of an index. Its place is its key, so a row that cannot be read has a place too.
    fn of(item: Item) -> Result<Self, StoreError> {
        let departure_key = text(&item, DEPARTURE_KEY)?.to_owned();
        let version = match item.get("version") {
            Some(AttributeValue::N(number)) => number.parse().unwrap_or(0),
            _ => 0,
        };
        let row = SearchRow::from_row(item);
        Ok(Self { departure_key, row, version })
    }
}

fn departure_key(key: &Item) -> Option<String> {
    text(key, DEPARTURE_KEY).ok().map(str::to_owned)
}
