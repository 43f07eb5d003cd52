//! The aggregate root: one trip, its members, and the only ways in which they change.

use crate::member::{FlightReservation, HotelBooking, PaymentTransaction, statuses};
use crate::{CustomerId, Failure, SagaId, TicketTime, Timestamp, TripDetails, TripId};

statuses! {
    /// Where a trip stands.
    TripStatus {
        /// Being booked.
        Pending = "PENDING",
        /// Everything is held and paid for.
        Confirmed = "CONFIRMED",
        /// The booking is being undone.
        Compensating = "COMPENSATING",
        /// The booking came to nothing; nothing is held.
        Failed = "FAILED",
        /// A confirmed trip is being undone at the customer's request.
        Cancelling = "CANCELLING",
        /// A confirmed trip was undone; nothing is held.
        Cancelled = "CANCELLED",
    }
}

/// Which statuses may follow which. A trip begins pending.
pub const TRANSITIONS: [(TripStatus, &[TripStatus]); 6] = {
    use TripStatus::{Cancelled, Cancelling, Compensating, Confirmed, Failed, Pending};
    [
        (Pending, &[Confirmed, Compensating, Failed]),
        (Confirmed, &[Cancelling]),
        (Compensating, &[Failed]),
        (Failed, &[]),
        (Cancelling, &[Cancelled]),
        (Cancelled, &[]),
    ]
};

impl TripStatus {
    /// Whether a trip with this status may change to the other status.
    #[must_use]
    pub fn may_become(self, next: Self) -> bool {
        TRANSITIONS.iter().any(|(status, following)| *status == self && following.contains(&next))
    }

    /// Whether no saga works on the trip.
    #[must_use]
    pub const fn is_terminal(self) -> bool {
        matches!(self, Self::Confirmed | Self::Failed | Self::Cancelled)
    }
}

/// What a trip was asked to be, as far as it can be read.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Asked {
    /// A request that keeps all rules.
    Trip(TripDetails),
    /// A request that breaks a rule or is not known, with its departure if that can be read: a
    /// search finds the trip by it.
    Refused(Option<TicketTime>),
}

impl Asked {
    /// The whole trip; absent if the request breaks a rule.
    #[must_use]
    pub const fn details(&self) -> Option<&TripDetails> {
        match self {
            Self::Trip(details) => Some(details),
            Self::Refused(_) => None,
        }
    }

    /// The departure, as printed on the ticket.
    #[must_use]
    pub fn departure(&self) -> Option<TicketTime> {
        match self {
            Self::Trip(details) => Some(details.flight().departure),
            Self::Refused(departure) => *departure,
        }
    }
}

/// Everything that is known about a trip, as plain data: what the store reads and writes.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct TripState {
    /// The trip's id.
    pub id: TripId,
    /// Whose trip it is.
    pub customer_id: CustomerId,
    /// The one saga that may change it.
    pub saga_id: SagaId,
    /// Where it stands.
    pub status: TripStatus,
    /// Goes up by one with every commit, from 1.
    pub version: u64,
    /// The sequence number of the latest event; 0 if there is none.
    pub last_sequence: u64,
    /// What was asked for.
    pub asked: Asked,
    /// The seat; absent until it is begun.
    pub flight: Option<FlightReservation>,
    /// The room; absent until it is begun.
    pub hotel: Option<HotelBooking>,
    /// The charge; absent until it is begun.
    pub payment: Option<PaymentTransaction>,
    /// Why the booking is being undone or was undone.
    pub failure: Option<Failure>,
    /// When it was first committed.
    pub created_at: Timestamp,
    /// When it was last committed; never goes back.
    pub updated_at: Timestamp,
    /// When `status` last changed.
    pub status_changed_at: Timestamp,
}

impl TripState {
    /// The whole trip that was asked for; absent if the request breaks a rule.
    #[must_use]
    pub const fn details(&self) -> Option<&TripDetails> {
        self.asked.details()
    }
}

/// The aggregate root. Anyone may read its state; only a [`crate::Command`] changes it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Trip(TripState);

impl Trip {
    /// The trip that was committed as `state`.
    #[must_use]
    pub fn restore(state: TripState) -> Self {
        Self(state)
    }

    /// The trip's state.
    #[must_use]
    pub const fn state(&self) -> &TripState {
        &self.0
    }

    /// The version in which the trip was confirmed, for a trip that is or was confirmed: every
    /// commit of a cancellation undoes one member.
    #[must_use]
    pub fn confirmed_version(&self) -> u64 {
        let undone = |holds: Option<bool>| u64::from(holds == Some(false));
        let flight = undone(self.state().flight.as_ref().map(|flight| flight.status.holds()));
        let hotel = undone(self.state().hotel.as_ref().map(|hotel| hotel.status.holds()));
        let payment = undone(self.state().payment.as_ref().map(|payment| payment.status.holds()));
        self.state().version.saturating_sub(flight + hotel + payment)
    }

    /// Whether the flight or the hotel is held, or the customer charged.
    #[must_use]
    pub fn holds_anything(&self) -> bool {
        self.holds_flight() || self.holds_hotel() || self.holds_payment()
    }

    /// Whether a seat is held.
    #[must_use]
    pub fn holds_flight(&self) -> bool {
        self.state().flight.as_ref().is_some_and(|flight| flight.status.holds())
    }

    /// Whether a room is held.
    #[must_use]
    pub fn holds_hotel(&self) -> bool {
        self.state().hotel.as_ref().is_some_and(|hotel| hotel.status.holds())
    }

    /// Whether the customer is charged.
    #[must_use]
    pub fn holds_payment(&self) -> bool {
        self.state().payment.as_ref().is_some_and(|payment| payment.status.holds())
    }
}
