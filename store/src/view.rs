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

use aws_json::CallFailed;
use futures::Stream;

use crate::items::s;
use crate::request::Request;
use crate::scan::{self, Position, ScanPage, Segment, Wanted};
use crate::{Client, StoreError};
use codec::{BESIDE_PREFIX, TRIP_ID};

pub use aside::UnreadChange;
pub use held::Held;
pub use image::RootImage;
pub use put::Put;
pub use query::{Entry, Order, Page, SearchQuery};
pub use row::SearchRow;
pub use verification::Verification;

/// Rows, and nothing that is kept beside them.
const ROWS: Wanted =
    Wanted { condition: "NOT begins_with(#key, :value)", key: TRIP_ID, value: BESIDE_PREFIX };

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
        scan::items(&self.client, &self.table, ROWS, |item| Ok(SearchRow::from_row(item)?))
    }

    /// The same of one segment of the table, behind a place in it, page by page.
    pub fn pages_of_rows(
        &self,
        segment: Segment,
        after: Option<Position>,
    ) -> impl Stream<Item = Result<ScanPage<SearchRow>, StoreError>> + use<> {
        let read = |item| Ok(SearchRow::from_row(item)?);
        scan::pages(&self.client, &self.table, ROWS, read, segment, after)
    }

    /// The view in another table, by the same client.
    #[must_use]
    pub fn in_table(&self, table: impl Into<String>) -> Self {
        Self::new(self.client.clone(), table)
    }

    /// The name of its table.
    #[must_use]
    pub fn table(&self) -> &str {
        &self.table
    }

    /// Whether the table is there: whether a key that no row has can be looked for. A description
    /// would take the embedded engine as long as the table is large.
    ///
    /// # Errors
    /// When the database cannot be asked.
    pub async fn exists(&self) -> Result<bool, StoreError> {
        let nothing = Request::get(&self.table).key(TRIP_ID, s(BESIDE_PREFIX));
        match self.client.send(&nothing).await {
            Err(CallFailed::Refused(refusal)) if refusal.is("ResourceNotFoundException") => {
                Ok(false)
            }
            answer => answer.map(|_| true).map_err(StoreError::of_call("looking for the table")),
        }
    }
}
