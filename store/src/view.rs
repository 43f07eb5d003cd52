//! The read model: one row a trip, which search is served from.
//!
//! A row holds the summary of the trip's root item and its version, and is replaced by newer
//! versions only; so whatever is repeated, late or out of order, it ends at the newest.

mod aside;
mod bucket;
mod codec;
mod held;
mod merge;
mod put;
mod query;
mod row;
mod search;
mod window;

use aws_sdk_dynamodb::Client;
use futures::Stream;

use crate::StoreError;
use crate::scan::{self, Wanted};
use codec::{ASIDE_PREFIX, TRIP_ID};

pub use aside::UnreadChange;
pub use held::Held;
pub use put::Put;
pub use query::{Entry, Order, Page, SearchQuery};
pub use row::SearchRow;

/// The rows in TripSearchTable. Clones share one client.
#[derive(Clone, Debug)]
pub struct SearchView {
    client: Client,
    table: String,
}

impl SearchView {
    /// The rows in `table`.
    #[must_use]
    pub fn new(client: Client, table: impl Into<String>) -> Self {
        Self { client, table: table.into() }
    }

    /// All rows, in no order, for operators' tools: it scans the table, which serving never does.
    ///
    /// A row that cannot be read is a [`StoreError::Unreadable`] of its own, and the next rows
    /// follow it; a failed call ends the stream.
    pub fn all_rows(&self) -> impl Stream<Item = Result<SearchRow, StoreError>> + use<> {
        let condition = "NOT begins_with(#key, :value)";
        let rows = Wanted { condition, key: TRIP_ID, value: ASIDE_PREFIX };
        scan::items(&self.client, &self.table, rows, |item| Ok(SearchRow::from_row(item)?))
    }
}
