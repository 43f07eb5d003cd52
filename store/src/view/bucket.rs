//! Reads rows of one partition of an index, following pages until enough are found.

use std::collections::HashMap;

use aws_sdk_dynamodb::operation::query::QueryOutput;
use aws_sdk_dynamodb::operation::query::builders::QueryFluentBuilder;
use aws_sdk_dynamodb::types::AttributeValue;
use serde_dynamo::Item;

use super::SearchRow;
use crate::StoreError;

/// Most calls for one partition. Only a filter that matches little, or rows of a megabyte, need
/// more than one; then reading stops early and says where.
const MAX_CALLS: usize = 10;

/// What was read of one partition.
#[derive(Debug, Default)]
pub(super) struct Bucket {
    /// The rows, in the query's order.
    pub(super) rows: Vec<SearchRow>,
    /// The departure key up to which was read, unless the partition holds no more.
    pub(super) stopped_at: Option<String>,
    /// The read units that it cost.
    pub(super) units: f64,
}

/// Reads up to `wanted` rows, looking at no more than `step` of them a call.
pub(super) async fn read(
    query: QueryFluentBuilder,
    wanted: usize,
    step: usize,
    operation: &'static str,
) -> Result<Bucket, StoreError> {
    let query = query.limit(i32::try_from(step).unwrap_or(i32::MAX));
    let (mut bucket, mut start) = (Bucket::default(), None);
    for _ in 0..MAX_CALLS {
        let call = query.clone().set_exclusive_start_key(start.take()).send().await;
        start = bucket.add(call.map_err(StoreError::during(operation))?)?;
        if start.is_none() || bucket.rows.len() >= wanted {
            break;
        }
    }
    bucket.stopped_at = start.as_ref().and_then(departure_key);
    bucket.cut(wanted);
    Ok(bucket)
}

impl Bucket {
    /// Adds a page, and returns where the next one begins.
    fn add(
        &mut self,
        page: QueryOutput,
    ) -> Result<Option<HashMap<String, AttributeValue>>, StoreError> {
        let cost = page.consumed_capacity.and_then(|capacity| capacity.capacity_units);
        self.units += cost.unwrap_or_default();
        for item in page.items.unwrap_or_default() {
            self.rows.push(SearchRow::from_row(&Item::from(item))?);
        }
        Ok(page.last_evaluated_key)
    }

    fn cut(&mut self, wanted: usize) {
        if self.rows.len() > wanted {
            self.rows.truncate(wanted);
            self.stopped_at = self.rows.last().and_then(SearchRow::departure_key);
        }
    }
}

fn departure_key(key: &HashMap<String, AttributeValue>) -> Option<String> {
    key.get("departure_key").and_then(|value| value.as_s().ok()).cloned()
}
