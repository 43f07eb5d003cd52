//! What was seen of the system after the demo, from outside: plain data for the checks and the
//! report.

use domain::{CustomerId, Envelope, Timestamp, TripId};
use store::OpenCounts;
use store::sandbox::LedgerRow;
use store::view::SearchRow;

use super::outcome::Outcome;

/// Everything that the checks look at.
#[derive(Clone, Debug)]
pub struct Facts {
    /// The bookings that the API accepted.
    pub bookings: Vec<Booking>,
    /// Every trip of the write table.
    pub trips: Vec<SearchRow>,
    /// Every row of the search view.
    pub rows: Vec<SearchRow>,
    /// What searches over HTTP find, over all statuses and departures.
    pub found: Vec<SearchRow>,
    /// Every event of the write table, by trip and in order.
    pub committed: Vec<Envelope>,
    /// Every event on the bus, in the order of its arrival.
    pub published: Vec<Published>,
    /// What the index of open work holds.
    pub open: OpenCounts,
    /// The suppliers' books.
    pub ledger: Vec<LedgerRow>,
}

/// A booking that the API accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Booking {
    /// The trip.
    pub trip_id: TripId,
    /// Whose it is.
    pub customer: CustomerId,
    /// How it must end.
    pub expected: Outcome,
}

/// An event as the bus took it.
#[derive(Clone, Debug, PartialEq)]
pub struct Published {
    /// When it came.
    pub received_at: Timestamp,
    /// What came.
    pub event: Envelope,
}
