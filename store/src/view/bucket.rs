//! Reads rows of one partition of an index, page by page, until enough are found.

use serde_dynamo::{AttributeValue, Item};

use super::codec::DEPARTURE_KEY;
use super::{Entry, SearchRow};
use crate::items::text;
use crate::request::{Page, Read};
use crate::{Client, StoreError};

/// The most calls for one partition. Only a filter that matches little, and pages that end at
/// DynamoDB's megabyte, need more than one call. After that many calls, reading stops early and
/// reports where.
const MAX_CALLS: usize = 10;

/// How many rows one call examines if there is a filter.
const FILTERED_STEP: usize = 100;

/// How to read a partition.
pub(super) struct Reading<'a> {
    /// A query for its rows, in order.
    pub(super) query: Read<'a>,
    /// The most rows to find.
    pub(super) wanted: usize,
    /// Whether the query has a filter, and so examines rows that it does not return.
    pub(super) filtered: bool,
}

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

/// Reads up to `wanted` rows.
pub(super) async fn read(
    client: &Client,
    reading: Reading<'_>,
    operation: &'static str,
) -> Result<Bucket, StoreError> {
    let (mut bucket, mut start) = (Bucket::default(), None);
    for _ in 0..MAX_CALLS {
        let page = client.page(&reading.page(bucket.entries.len()).after(start)).await;
        start = bucket.add(page.map_err(StoreError::of_call(operation))?)?;
        if start.is_none() || bucket.entries.len() >= reading.wanted {
            break;
        }
    }
    bucket.stopped_at = start.as_ref().and_then(departure_key);
    bucket.cut(reading.wanted);
    Ok(bucket)
}

impl<'a> Reading<'a> {
    /// The next page, after `found` rows. Without a filter it examines only rows that it returns.
    fn page(&self, found: usize) -> Read<'a> {
        let step = if self.filtered { FILTERED_STEP } else { self.wanted - found };
        self.query.clone().limit(step)
    }
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

    fn cut(&mut self, wanted: usize) {
        if self.entries.len() > wanted {
            self.entries.truncate(wanted);
            self.stopped_at = self.entries.last().map(|entry| entry.departure_key.clone());
        }
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
