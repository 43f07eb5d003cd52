//! Writes a row, unless the view holds a newer one.

use super::codec::TRIP_ID;
use super::{SearchRow, SearchView};
use crate::StoreError;
use crate::backoff::retrying;
use crate::fault::{self, Fault};
use crate::items::n;

const WRITING: &str = "writing a row of the view";

/// The result of a write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Put {
    /// The row is in the view.
    Written,
    /// The view held this version or a newer one; nothing was written.
    Stale,
}

impl SearchView {
    /// Puts `row` in place of an older version, or where there is no row.
    ///
    /// # Errors
    /// When the table cannot be written; throttling is retried a few times first.
    pub async fn put_newer(&self, row: &SearchRow) -> Result<Put, StoreError> {
        let put = self
            .client
            .put_item()
            .table_name(&self.table)
            .set_item(Some(row.to_row()?.into()))
            .condition_expression("attribute_not_exists(#id) OR #version < :version")
            .expression_attribute_names("#id", TRIP_ID)
            .expression_attribute_names("#version", "version")
            .expression_attribute_values(":version", n(row.version));
        let send = |_| put.clone().send();
        match retrying(self.client.config().sleep_impl(), send, |error| Some(fault::of(error)))
            .await
        {
            Ok(_) => Ok(Put::Written),
            Err(error) if fault::of(&error) == Fault::ConditionFailed => Ok(Put::Stale),
            Err(error) => Err(StoreError::during(WRITING)(error)),
        }
    }
}
