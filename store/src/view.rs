//! The read model: one row for each trip. It serves searches.
//!
//! A row holds the summary from the trip's root item, with the trip's version. Only a newer version
//! replaces a row, so repeated, late or reordered records all lead to the newest version.

mod aside;
mod batch;
mod bucket;
mod codec;
mod held;
mod image;
mod merge;
mod put;
mod query;
mod row;
mod search;
mod verification;
mod window;

use aws_sdk_dynamodb::Client;
use futures::Stream;

use crate::StoreError;
use crate::scan::{self, Wanted};
use codec::{BESIDE_PREFIX, TRIP_ID};

pub use aside::UnreadChange;
pub use held::Held;
pub use image::RootImage;
pub use put::Put;
pub use query::{Entry, Order, Page, SearchQuery};
pub use row::SearchRow;
pub use verification::Verification;

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

    /// All rows, in no order, for operators' tools: it scans the table, which no request does.
    ///
    /// A row that cannot be read becomes a [`StoreError::Unreadable`], and the next rows follow it;
    /// a failed call ends the stream.
    pub fn all_rows(&self) -> impl Stream<Item = Result<SearchRow, StoreError>> + use<> {
        let condition = "NOT begins_with(#key, :value)";
        let rows = Wanted { condition, key: TRIP_ID, value: BESIDE_PREFIX };
        scan::items(&self.client, &self.table, rows, |item| Ok(SearchRow::from_row(item)?))
    }
}
