//! Writes a row, unless the view holds a newer one.

use super::codec::TRIP_ID;
use super::{SearchRow, SearchView};
use crate::StoreError;
use crate::backoff::retrying;
use crate::fault::{self, Fault};
use crate::items::n;
use crate::request::Request;

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
        let item = row.to_row()?;
        let put = Request::put(&self.table, &item)
            .only_if("attribute_not_exists(#id) OR #version < :version")
            .name("#id", TRIP_ID)
            .name("#version", "version")
            .value(":version", n(row.version));
        let (sleep, send) = (self.client.sleep(), |_| self.client.send(&put));
        match retrying(sleep, send, |error| Some(fault::of_call(error))).await {
            Ok(_) => Ok(Put::Written),
            Err(error) if fault::of_call(&error) == Fault::ConditionFailed => Ok(Put::Stale),
            Err(error) => Err(StoreError::of_call(WRITING)(error)),
        }
    }
}
