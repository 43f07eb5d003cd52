//! Reads rows of one partition of an index, page by page, until enough are found.

use std::collections::HashMap;

use aws_sdk_dynamodb::operation::query::QueryOutput;
use aws_sdk_dynamodb::operation::query::builders::QueryFluentBuilder;
use aws_sdk_dynamodb::types::AttributeValue;
use serde_dynamo::{AttributeValue as StoredValue, Item};

use super::codec::DEPARTURE_KEY;
use super::{Entry, SearchRow};
use crate::StoreError;
use crate::items::text;

/// The most calls for one partition. Only a filter that matches little, and pages that end at
/// DynamoDB's megabyte, need more than one call. After that many calls, reading stops early and
/// reports where.
const MAX_CALLS: usize = 10;

/// How many rows one call examines if there is a filter.
const FILTERED_STEP: usize = 100;

/// How to read a partition.
pub(super) struct Reading {
    /// A query for its rows, in order.
    pub(super) query: QueryFluentBuilder,
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
pub(super) async fn read(reading: Reading, operation: &'static str) -> Result<Bucket, StoreError> {
    let (mut bucket, mut start) = (Bucket::default(), None);
    for _ in 0..MAX_CALLS {
        let call = reading.call(bucket.entries.len()).set_exclusive_start_key(start).send().await;
        start = bucket.add(call.map_err(StoreError::during(operation))?)?;
        if start.is_none() || bucket.entries.len() >= reading.wanted {
            break;
        }
    }
    bucket.stopped_at = start.as_ref().and_then(departure_key);
    bucket.cut(reading.wanted);
    Ok(bucket)
}

impl Reading {
    /// The next call, after `found` rows. Without a filter it examines only rows that it returns.
    fn call(&self, found: usize) -> QueryFluentBuilder {
        let step = if self.filtered { FILTERED_STEP } else { self.wanted - found };
        self.query.clone().limit(i32::try_from(step).unwrap_or(i32::MAX))
    }
}

impl Bucket {
    /// Adds a page, and returns the start of the next one.
    fn add(
        &mut self,
        page: QueryOutput,
    ) -> Result<Option<HashMap<String, AttributeValue>>, StoreError> {
        let cost = page.consumed_capacity.and_then(|capacity| capacity.capacity_units);
        self.units += cost.unwrap_or_default();
        self.scanned += usize::try_from(page.scanned_count).unwrap_or_default();
        for item in page.items.unwrap_or_default() {
            self.entries.push(Entry::of(item.into())?);
        }
        Ok(page.last_evaluated_key)
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
            Some(StoredValue::N(number)) => number.parse().unwrap_or(0),
            _ => 0,
        };
        let row = SearchRow::from_row(item);
        Ok(Self { departure_key, row, version })
    }
}

fn departure_key(key: &HashMap<String, AttributeValue>) -> Option<String> {
    key.get(DEPARTURE_KEY).and_then(|value| value.as_s().ok()).cloned()
}
