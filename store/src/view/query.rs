//! What a search asks of the view, and what the view returns.

use domain::{CustomerId, TripStatus};
use jiff::civil::DateTime;

use super::SearchRow;
use crate::UnreadableItem;

/// The order of the rows by departure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// The earliest departure first.
    Ascending,
    /// The latest departure first.
    Descending,
}

/// A search: by status, by customer, or by both, within a range of departures.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SearchQuery {
    /// The statuses to find. Empty means any status; then a customer must be named.
    pub statuses: Vec<TripStatus>,
    /// The customer whose trips to find; absent means all customers.
    pub customer_id: Option<CustomerId>,
    /// The earliest departure as printed on the ticket, to the minute.
    pub from: DateTime,
    /// The latest departure, inclusive, to the minute.
    pub to: DateTime,
    /// The order of the rows.
    pub order: Order,
    /// The most rows of a page; 0 finds nothing.
    pub limit: usize,
    /// The [`Page::next`] of the previous page.
    pub after: Option<String>,
}

/// One row's place on a page, whether or not this release can read the row: the place counts, and a
/// search continues after it.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Its place among the others by departure.
    pub departure_key: String,
    /// The row.
    pub row: Result<SearchRow, UnreadableItem>,
    /// The version of the trip in this row; 0 if that cannot be read.
    pub(super) version: u64,
}

/// One page of rows.
#[derive(Clone, Debug, Default)]
pub struct Page {
    /// The rows found, by departure and then by trip id.
    pub entries: Vec<Entry>,
    /// The departure key of the last place that was read, if there may be more after it.
    pub next: Option<String>,
    /// How many rows were read. More than the page has only where several statuses are searched:
    /// each is read as far as the page might need it.
    pub scanned: usize,
    /// The read units that the page cost.
    pub read_units: f64,
}
