//! The item of a flight reservation. It repeats the flight's details for people who read the table.

use domain::details::FlightNumber;
use domain::member::{FlightReservation, ReservationStatus};
use domain::{Money, TicketTime, TripId, TripState};
use serde::{Deserialize, Serialize};
use serde_dynamo::Item;

use super::{Entity, decode, encode};
use crate::{CodecError, keys};

/// The body of the item.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct FlightItem {
    trip_id: TripId,
    flight_id: String,
    status: ReservationStatus,
    reference: Option<String>,
    flight_number: Option<FlightNumber>,
    departure_time: Option<TicketTime>,
    arrival_time: Option<TicketTime>,
    price: Option<Money>,
}

impl FlightItem {
    pub(crate) fn encode(trip: &TripState, flight: &FlightReservation) -> Result<Item, CodecError> {
        let details = trip.details().map(|details| details.flight());
        let body = Self {
            trip_id: trip.id.clone(),
            flight_id: flight.id.clone(),
            status: flight.status,
            reference: flight.reference.clone(),
            flight_number: details.map(|flight| flight.number.clone()),
            departure_time: details.map(|flight| flight.departure),
            arrival_time: details.map(|flight| flight.arrival),
            price: details.map(|flight| flight.price),
        };
        let key = [(keys::PK, keys::trip(&trip.id)), (keys::SK, keys::flight(&trip.id))];
        encode(Entity::FLIGHT, key, &body)
    }

    pub(crate) fn decode(item: Item) -> Result<FlightReservation, CodecError> {
        let Self { flight_id: id, status, reference, .. } = decode(Entity::FLIGHT, item)?;
        Ok(FlightReservation { id, status, reference })
    }
}
