//! Reads rows of one partition of an index, following pages until enough are found.

use std::collections::HashMap;

use aws_sdk_dynamodb::operation::query::QueryOutput;
use aws_sdk_dynamodb::operation::query::builders::QueryFluentBuilder;
use aws_sdk_dynamodb::types::AttributeValue;
use serde_dynamo::{AttributeValue as StoredValue, Item};

use super::codec::DEPARTURE_KEY;
use super::{Entry, SearchRow};
use crate::StoreError;
use crate::items::text;

/// Most calls for one partition. Only a filter that matches little, and pages that end at
/// DynamoDB's megabyte, need more than one; then reading stops early and says where.
const MAX_CALLS: usize = 10;

/// How many rows one call looks at where a filter passes over some.
const FILTERED_STEP: usize = 100;

/// How to read a partition.
pub(super) struct Reading {
    /// A query of its rows, in order.
    pub(super) query: QueryFluentBuilder,
    /// Most rows to find.
    pub(super) wanted: usize,
    /// Whether the query looks at rows that it does not find.
    pub(super) filtered: bool,
}

/// What was read of one partition.
#[derive(Debug, Default)]
pub(super) struct Bucket {
    /// The rows, in the query's order.
    pub(super) entries: Vec<Entry>,
    /// The departure key up to which was read, unless the partition holds no more.
    pub(super) stopped_at: Option<String>,
    /// How many rows were looked at.
    pub(super) scanned: usize,
    /// The read units that it cost.
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
    /// The next call, when so many rows were found. Without a filter it looks at none in vain.
    fn call(&self, found: usize) -> QueryFluentBuilder {
        let step = if self.filtered { FILTERED_STEP } else { self.wanted - found };
        self.query.clone().limit(i32::try_from(step).unwrap_or(i32::MAX))
    }
}

impl Bucket {
    /// Adds a page, and returns where the next one begins.
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
    /// An item of an index. Its place is what its key says, so that a row which cannot be read has
    /// one too.
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
