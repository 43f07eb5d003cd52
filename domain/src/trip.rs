//! The aggregate root: one trip, its members, and the only ways in which they change.

use std::ops::Deref;

use crate::event::{Event, Fact};
use crate::member::{FlightReservation, HotelBooking, PaymentTransaction, statuses};
use crate::{
    Claim, Command, CustomerId, Failure, SagaId, TicketTime, Timestamp, TripDetails, TripId,
};

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

impl TripStatus {
    /// Whether no saga works on the trip.
    #[must_use]
    pub const fn is_terminal(self) -> bool {
        matches!(self, Self::Confirmed | Self::Failed | Self::Cancelled)
    }
}

/// What a trip was asked to be, as far as that can be read.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Asked {
    /// A request that keeps all rules.
    Trip(TripDetails),
    /// A request that breaks a rule, or that is not known; with its departure, where that can be
    /// read: a search finds the trip under it.
    Refused(Option<TicketTime>),
}

impl Asked {
    /// Nothing is known of the request.
    pub const UNKNOWN: Self = Self::Refused(None);

    /// The whole trip; absent where the request breaks a rule.
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
            Self::Trip(details) => Some(*details.flight().departure()),
            Self::Refused(departure) => *departure,
        }
    }
}

/// Everything that is known of a trip, as plain data: what the store reads and writes.
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
    /// The sequence number of the latest event; 0 where there is none.
    pub last_sequence: u64,
    /// What was asked for.
    pub asked: Asked,
    /// The seat; absent until it is begun.
    pub flight: Option<FlightReservation>,
    /// The room; absent until it is begun.
    pub hotel: Option<HotelBooking>,
    /// The charge; absent until it is begun.
    pub payment: Option<PaymentTransaction>,
    /// Why the booking is being undone, or was.
    pub failure: Option<Failure>,
    /// When it was first committed.
    pub created_at: Timestamp,
    /// When it was last committed; never goes back.
    pub updated_at: Timestamp,
    /// When `status` last changed.
    pub status_changed_at: Timestamp,
}

impl TripState {
    /// The whole trip that was asked for; absent where the request breaks a rule.
    #[must_use]
    pub const fn details(&self) -> Option<&TripDetails> {
        self.asked.details()
    }
}

/// The aggregate root. Reads as its [`TripState`]; changes only through a [`crate::Command`].
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Trip(TripState);

impl Deref for Trip {
    type Target = TripState;

    fn deref(&self) -> &TripState {
        &self.0
    }
}

impl Trip {
    /// The trip that was committed as `state`.
    #[must_use]
    pub fn restore(state: TripState) -> Self {
        Self(state)
    }

    /// The version in which the trip was confirmed, of a trip that is or was: every commit of a
    /// cancellation undoes one member.
    #[must_use]
    pub fn confirmed_version(&self) -> u64 {
        let undone = |holds: Option<bool>| u64::from(holds == Some(false));
        let flight = undone(self.flight.as_ref().map(|flight| flight.status.holds()));
        let hotel = undone(self.hotel.as_ref().map(|hotel| hotel.status.holds()));
        let payment = undone(self.payment.as_ref().map(|payment| payment.status.holds()));
        self.version.saturating_sub(flight + hotel + payment)
    }

    /// Whether the flight or the hotel is held, or the customer charged.
    #[must_use]
    pub fn holds_anything(&self) -> bool {
        self.holds_flight() || self.holds_hotel() || self.holds_payment()
    }

    /// Whether a seat is held.
    #[must_use]
    pub fn holds_flight(&self) -> bool {
        self.flight.as_ref().is_some_and(|flight| flight.status.holds())
    }

    /// Whether a room is held.
    #[must_use]
    pub fn holds_hotel(&self) -> bool {
        self.hotel.as_ref().is_some_and(|hotel| hotel.status.holds())
    }

    /// Whether the customer is charged.
    #[must_use]
    pub fn holds_payment(&self) -> bool {
        self.payment.as_ref().is_some_and(|payment| payment.status.holds())
    }
}

/// A trip being changed: collects the new state and the events of one commit.
pub(crate) struct Draft {
    state: TripState,
    before: Option<Trip>,
    events: Vec<Event>,
}

impl Draft {
    /// Begins the commit that follows `before`, at `now` or at the latest commit if that is later.
    /// A trip that nobody wrote before is what `command` says of it.
    pub(crate) fn of(before: Option<&Trip>, command: &impl Command, now: Timestamp) -> Self {
        let mut state = match before {
            Some(trip) => trip.0.clone(),
            None => unwritten(command.claim(), command.asked(), now),
        };
        state.version += 1;
        state.updated_at = now.max(state.updated_at);
        Self { state, before: before.cloned(), events: Vec::new() }
    }

    pub(crate) fn set_status(&mut self, status: TripStatus) {
        if self.state.status != status {
            self.state.status = status;
            self.state.status_changed_at = self.state.updated_at;
        }
    }

    /// Records the first failure; later ones do not explain the trip's fate.
    pub(crate) fn set_failure(&mut self, failure: &Failure) {
        self.state.failure.get_or_insert_with(|| failure.clone());
    }

    pub(crate) fn emit(&mut self, fact: Fact) {
        self.state.last_sequence += 1;
        let (sequence, occurred_at) = (self.state.last_sequence, self.state.updated_at);
        self.events.push(Event { sequence, occurred_at, fact });
    }

    pub(crate) fn finish(self) -> crate::Change {
        crate::Change { before: self.before, trip: Trip(self.state), events: self.events }
    }
}

impl Deref for Draft {
    type Target = TripState;

    fn deref(&self) -> &TripState {
        &self.state
    }
}

impl std::ops::DerefMut for Draft {
    fn deref_mut(&mut self) -> &mut TripState {
        &mut self.state
    }
}

fn unwritten(claim: &Claim, asked: Asked, now: Timestamp) -> TripState {
    TripState {
        id: claim.trip_id.clone(),
        customer_id: claim.customer_id.clone(),
        saga_id: claim.saga_id.clone(),
        status: TripStatus::Pending,
        version: 0,
        last_sequence: 0,
        asked,
        flight: None,
        hotel: None,
        payment: None,
        failure: None,
        created_at: now,
        updated_at: now,
        status_changed_at: now,
    }
}
