//! The facts about the system after the demo, seen from outside: plain data for the checks and the
//! report.

use domain::{CustomerId, Envelope, Timestamp, TripId};
use store::OpenCounts;
use store::sandbox::LedgerRow;
use store::view::SearchRow;

use super::outcome::Outcome;

/// Everything that the checks use.
#[derive(Clone, Debug)]
pub struct Facts {
    /// The bookings that the API accepted.
    pub bookings: Vec<Booking>,
    /// Every trip of the write table.
    pub trips: Vec<SearchRow>,
    /// Every row of the search view.
    pub rows: Vec<SearchRow>,
    /// The trips that searches over HTTP find, over all statuses and departures.
    pub found: Vec<SearchRow>,
    /// Every event of the write table, by trip and in order.
    pub committed: Vec<Envelope>,
    /// Every event on the bus, in the order of its arrival.
    pub published: Vec<Published>,
    /// What a FIFO subscriber was sent, in order; only an ordered bus has such subscribers.
    pub received: Option<Vec<Envelope>>,
    /// The content of the index of open work.
    pub open: OpenCounts,
    /// The suppliers' books.
    pub ledger: Vec<LedgerRow>,
}

/// A booking that the API accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Booking {
    /// The trip.
    pub trip_id: TripId,
    /// The customer.
    pub customer: CustomerId,
    /// How it must end.
    pub expected: Outcome,
}

/// An event that the bus accepted.
#[derive(Clone, Debug, PartialEq)]
pub struct Published {
    /// When it arrived.
    pub received_at: Timestamp,
    /// The event.
    pub event: Envelope,
}
