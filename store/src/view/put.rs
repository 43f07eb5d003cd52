//! Writes a row, unless the view holds a newer one.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;

use super::row::TRIP_ID;
use super::{SearchRow, SearchView};
use crate::fault::{self, Fault};
use crate::items::n;
use crate::{StoreError, backoff};

const WRITING: &str = "writing a row of the view";

/// What became of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Put {
    /// It is in the view.
    Written,
    /// The view held this version or a newer one; nothing was written.
    Stale,
}

impl SearchView {
    /// Puts `row` in place of an older version of itself, or where there is none.
    ///
    /// # Errors
    /// When the table cannot be written; throttling is waited out a few times before.
    pub async fn put_newer(&self, row: &SearchRow) -> Result<Put, StoreError> {
        let item: HashMap<String, AttributeValue> = row.to_row()?.into();
        let mut failures = 0;
        loop {
            let put = self
                .client
                .put_item()
                .table_name(&self.table)
                .set_item(Some(item.clone()))
                .condition_expression("attribute_not_exists(#id) OR #version < :version")
                .expression_attribute_names("#id", TRIP_ID)
                .expression_attribute_names("#version", "version")
                .expression_attribute_values(":version", n(row.version));
            let Err(error) = put.send().await else {
                return Ok(Put::Written);
            };
            let fault = fault::of(&error);
            if fault == Fault::ConditionFailed {
                return Ok(Put::Stale);
            }
            if !backoff::wait(&self.client, fault, failures).await {
                return Err(StoreError::during(WRITING)(error));
            }
            failures += 1;
        }
    }
}
