//! What can be asked of the view, and what it answers.

use domain::{CustomerId, TripStatus};
use jiff::civil::DateTime;

use super::SearchRow;
use crate::UnreadableItem;

/// In which order of departure the rows come.
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
    /// The statuses to find. Empty: any, and then a customer must be named.
    pub statuses: Vec<TripStatus>,
    /// The customer whose trips to find; anyone's where it is absent.
    pub customer_id: Option<CustomerId>,
    /// The earliest departure as printed on the ticket, to the minute.
    pub from: DateTime,
    /// The latest departure, inclusive, to the minute.
    pub to: DateTime,
    /// The order of the rows.
    pub order: Order,
    /// Most rows of a page; 0 asks for nothing and gets it.
    pub limit: usize,
    /// The [`Page::next`] of the page before.
    pub after: Option<String>,
}

/// One row's place on a page, whether this release can read the row or not: a place counts, and a
/// search goes on behind it.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Where it stands among the others by departure.
    pub departure_key: String,
    /// The row.
    pub row: Result<SearchRow, UnreadableItem>,
    /// The trip's version that it shows; 0 where that cannot be read.
    pub(super) version: u64,
}

/// One page of rows.
#[derive(Clone, Debug, Default)]
pub struct Page {
    /// What was found, in order of departure and then of trip id.
    pub entries: Vec<Entry>,
    /// The departure key of the place up to which was read, where there may be more after it.
    pub next: Option<String>,
    /// How many rows were looked at: as many as were found, but for a customer's trips of certain
    /// statuses.
    pub scanned: usize,
    /// The read units that the page cost.
    pub read_units: f64,
}
