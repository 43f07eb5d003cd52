//! One row of the view: the summary of a trip.

use domain::details::{FlightNumber, HotelName};
use domain::member::{PaymentStatus, ReservationStatus};
use domain::{CustomerId, ErrorCode, Money, TicketTime, Timestamp, TripId, TripState, TripStatus};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::keys;

/// The summary of a trip, as its root item and its row in the view hold it.
///
/// Serialises as the API shows a row. Unknown values are absent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SearchRow {
    /// The trip.
    pub trip_id: TripId,
    /// Whose trip it is.
    pub customer_id: CustomerId,
    /// Where it stands.
    pub status: TripStatus,
    /// The version of the trip in this summary.
    pub version: u64,
    /// When the trip was first committed.
    pub created_at: Timestamp,
    /// When it was last committed.
    pub updated_at: Timestamp,
    /// When its status last changed.
    pub status_changed_at: Timestamp,
    /// The flight asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub flight_number: Option<FlightNumber>,
    /// As printed on the ticket.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub departure_time: Option<TicketTime>,
    /// As printed on the ticket.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub arrival_time: Option<TicketTime>,
    /// The hotel asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hotel_name: Option<HotelName>,
    /// The first night.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub check_in_date: Option<Date>,
    /// The day of leaving.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub check_out_date: Option<Date>,
    /// What the trip costs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub amount: Option<Money>,
    /// Where the flight reservation stands.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub flight_status: Option<ReservationStatus>,
    /// Where the hotel booking stands.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hotel_status: Option<ReservationStatus>,
    /// Where the payment stands.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub payment_status: Option<PaymentStatus>,
    /// Why the booking is being undone or was undone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failure_code: Option<ErrorCode>,
}

impl SearchRow {
    /// The row of a trip: the fold of the write table.
    #[must_use]
    pub fn from_trip(trip: &TripState) -> Self {
        let details = trip.details();
        let (flight, hotel) = (details.map(|all| all.flight()), details.map(|all| all.hotel()));
        Self {
            trip_id: trip.id.clone(),
            customer_id: trip.customer_id.clone(),
            status: trip.status,
            version: trip.version,
            created_at: trip.created_at,
            updated_at: trip.updated_at,
            status_changed_at: trip.status_changed_at,
            flight_number: flight.map(|flight| flight.number.clone()),
            departure_time: trip.asked.departure(),
            arrival_time: flight.map(|flight| flight.arrival),
            hotel_name: hotel.map(|hotel| hotel.name.clone()),
            check_in_date: hotel.map(|hotel| hotel.check_in),
            check_out_date: hotel.map(|hotel| hotel.check_out),
            amount: details.map(|details| details.total()),
            flight_status: trip.flight.as_ref().map(|flight| flight.status),
            hotel_status: trip.hotel.as_ref().map(|hotel| hotel.status),
            payment_status: trip.payment.as_ref().map(|payment| payment.status),
            failure_code: trip.failure.as_ref().map(|failure| failure.code),
        }
    }

    /// The row's place in the indexes by departure; absent if the trip has no valid departure.
    #[must_use]
    pub fn departure_key(&self) -> Option<String> {
        Some(keys::departure_key(self.departure_time.as_ref()?, &self.trip_id))
    }
}
